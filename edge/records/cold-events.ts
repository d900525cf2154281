import type { ColdEventView } from '#cloud-sync/contract/edge-cold-chain.ts'
import type { Database } from '../journal/database.ts'
import { coldExcursions, readCold } from './cold-log.ts'

export type Asked = {
  readonly thermometer: string
  /** The drawers it watches. */
  readonly drawers: readonly string[]
  readonly from: number
  readonly to: number
}

type Db = Pick<Database, 'all'>

const MAX_EVENTS = 2_000
/** A door or the mains that changed before the window began may still be so in it. */
const BEFORE_MS = 86_400_000

const SIDES = { hot: ['高温', 'too warm'], cold: ['低温', 'too cold'] } as const

/** From each beginning to the next end. */
const intervals = <T extends { readonly at: string; readonly on: boolean }>(
  changes: readonly T[],
): readonly { readonly start: T; readonly end: string | null }[] => {
  const found: { start: T; end: string | null }[] = []
  let open: { start: T; end: string | null } | undefined
  for (const change of changes) {
    if (change.on && !open) {
      open = { start: change, end: null }
      found.push(open)
    } else if (!change.on && open) {
      open.end = change.at
      open = undefined
    }
  }
  return found
}

const byTime = (a: { readonly at: string }, b: { readonly at: string }): number => (a.at < b.at ? -1 : 1)

export const doors = (db: Db, { drawers, from, to }: Asked): readonly ColdEventView[] => {
  const window = { from: from - BEFORE_MS, to }
  const change = (on: boolean) => (one: { readonly loggedAt: string; readonly drawer: string }) => ({
    at: one.loggedAt,
    drawer: one.drawer,
    on,
  })
  const changes = [
    ...readCold(db, 'unlock.opened', window).map(change(true)),
    ...readCold(db, 'drawer.tamper', window).map(change(true)),
    ...readCold(db, 'drawer.closed', window).map(change(false)),
  ].sort(byTime)
  return drawers.flatMap(drawer =>
    intervals(changes.filter(one => one.drawer === drawer)).map(({ start, end }) => ({
      what: 'door' as const,
      start: start.at,
      end,
      text: { zh: `抽屉 ${drawer} 打开`, en: `drawer ${drawer} open` },
    })),
  )
}

export const mains = (db: Db, { from, to }: Asked): readonly ColdEventView[] =>
  intervals(
    readCold(db, 'mains.changed', { from: from - BEFORE_MS, to }).map(({ loggedAt, state }) => ({
      at: loggedAt,
      on: state === 'absent',
    })),
  ).map(({ start, end }) => ({
    what: 'mains' as const,
    start: start.at,
    end,
    text: { zh: '停电', en: 'mains failure' },
  }))

const excursions = (db: Db, { thermometer, from, to }: Asked): readonly ColdEventView[] =>
  coldExcursions(db, thermometer, { from, to }).flatMap(({ side, start, end, min, max, acknowledged }) => {
    const [zh, en] = SIDES[side]
    const extreme = side === 'hot' ? max : min
    const most = extreme === null ? '' : ` ${extreme.toFixed(1)} °C`
    return [
      { what: 'excursion' as const, start, end, text: { zh: `${zh}超限${most}`, en: `${en}${most}` } },
      ...acknowledged.map(({ at, actor, reason }) => ({
        what: 'acknowledged' as const,
        start: at,
        end: null,
        text: { zh: `${actor} 确认：${reason}`, en: `acknowledged by ${actor}: ${reason}` },
      })),
    ]
  })

const doubts = (db: Db, { thermometer, from, to }: Asked): readonly ColdEventView[] => {
  const own = (one: { readonly thermometer: string }): boolean => one.thermometer === thermometer
  return [
    ...readCold(db, 'temperature.suspect', { from, to })
      .filter(own)
      .map(({ loggedAt, text }) => {
        const [zh = text, en = text] = text.split(' / ')
        return { what: 'suspect' as const, start: loggedAt, end: null, text: { zh, en } }
      }),
    ...readCold(db, 'temperature.fault', { from, to })
      .filter(own)
      .map(({ loggedAt, fault }) => ({
        what: 'fault' as const,
        start: loggedAt,
        end: null,
        text: { zh: `传感器故障 ${fault}`, en: `sensor fault ${fault}` },
      })),
  ]
}

/** What happened around a thermometer, oldest first: the newest `MAX_EVENTS` of the window. */
export const coldEvents = (db: Db, asked: Asked): readonly ColdEventView[] => {
  const { from } = asked
  return [...doors(db, asked), ...mains(db, asked), ...excursions(db, asked), ...doubts(db, asked)]
    .filter(({ what, start, end }) => {
      const lasts = what === 'door' || what === 'mains' || what === 'excursion'
      return Date.parse(start) >= from || (lasts && (end === null || Date.parse(end) > from))
    })
    .sort((a, b) => (a.start < b.start ? -1 : 1))
    .slice(-MAX_EVENTS)
}
