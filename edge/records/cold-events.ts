import type { ColdEventView } from '#cloud-sync/contract/edge-cold-chain.ts'
import {
  drawerWords,
  FRIDGE_DOOR_WORDS,
  faultWords,
  intervals,
  MAINS_WORDS,
  outWords,
  suspectWords,
} from '#domain/cold-chain/happenings.ts'
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
/** A door or the mains that changed before the window began may still be so in it, and what is so may end after it. */
const BESIDE_MS = 86_400_000
const around = ({ from, to }: Pick<Asked, 'from' | 'to'>) => ({
  from: from - BESIDE_MS,
  to: to + BESIDE_MS,
})
const TAMPER = 'tamper-'

/** Of one moment in the order given: what was opened, was opened before it was closed. */
const byTime = (a: { readonly at: string }, b: { readonly at: string }): number =>
  Date.parse(a.at) - Date.parse(b.at)

const drawerDoors = (db: Db, { drawers, from, to }: Asked): readonly ColdEventView[] => {
  const window = around({ from, to })
  const change = (on: boolean) => (one: { readonly loggedAt: string; readonly drawer: string }) => ({
    at: one.loggedAt,
    drawer: one.drawer,
    on,
  })
  const changes = [
    ...readCold(db, 'unlock.opened', window).map(change(true)),
    ...readCold(db, 'drawer.tamper', window).map(change(true)),
    ...readCold(db, 'drawer.closed', window).map(change(false)),
    // Nothing else says that one which nobody had ordered open was closed.
    ...readCold(db, 'alarm.cleared', window)
      .filter(({ alarm }) => alarm.startsWith(TAMPER))
      .map(({ loggedAt, alarm }) => ({ at: loggedAt, drawer: alarm.slice(TAMPER.length), on: false })),
  ].sort(byTime)
  return drawers.flatMap(drawer =>
    intervals(changes.filter(one => one.drawer === drawer)).map(({ start, end }) => ({
      what: 'door' as const,
      start,
      end,
      text: drawerWords(drawer),
    })),
  )
}

const fridgeDoor = (db: Db, { thermometer, from, to }: Asked): readonly ColdEventView[] =>
  intervals(
    readCold(db, 'door.changed', around({ from, to }))
      .filter(one => one.thermometer === thermometer)
      .map(({ loggedAt, state }) => ({ at: loggedAt, on: state === 'open' })),
  ).map(({ start, end }) => ({
    what: 'door' as const,
    start,
    end,
    text: FRIDGE_DOOR_WORDS,
  }))

const before =
  (to: number) =>
  ({ start }: ColdEventView): boolean =>
    Date.parse(start) < to

/** Drawers and the refrigerator's own door, as far as they were opened before the window's end. */
export const doors = (db: Db, asked: Asked): readonly ColdEventView[] =>
  [...drawerDoors(db, asked), ...fridgeDoor(db, asked)].filter(before(asked.to))

export const mains = (db: Db, { from, to }: Asked): readonly ColdEventView[] =>
  intervals(
    readCold(db, 'mains.changed', around({ from, to })).map(({ loggedAt, state }) => ({
      at: loggedAt,
      on: state === 'absent',
    })),
  )
    .map(({ start, end }) => ({ what: 'mains' as const, start, end, text: MAINS_WORDS }))
    .filter(before(to))

const excursions = (db: Db, { thermometer, from, to }: Asked): readonly ColdEventView[] =>
  coldExcursions(db, thermometer, { from, to }).flatMap(({ side, start, end, min, max, acknowledged }) => {
    return [
      { what: 'excursion' as const, start, end, text: outWords(side, side === 'hot' ? max : min) },
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
      .map(({ loggedAt, text }) => ({
        ...{ what: 'suspect' as const, start: loggedAt, end: null, text: suspectWords(text) },
      })),
    ...readCold(db, 'temperature.fault', { from, to })
      .filter(own)
      .map(({ loggedAt, fault }) => ({
        what: 'fault' as const,
        start: loggedAt,
        end: null,
        text: faultWords(fault),
      })),
  ]
}

/** What happened around a thermometer, oldest first; of more than `MAX_EVENTS` the oldest doors are left out first. */
export const coldEvents = (db: Db, asked: Asked): readonly ColdEventView[] => {
  const { from } = asked
  const inWindow = ({ what, start, end }: ColdEventView): boolean => {
    const lasts = what === 'door' || what === 'mains' || what === 'excursion'
    const begun = Date.parse(start)
    return begun >= from || (lasts && (end === null || Date.parse(end) > from))
  }
  const byStart = (a: ColdEventView, b: ColdEventView): number => Date.parse(a.start) - Date.parse(b.start)
  const others = [...mains(db, asked), ...excursions(db, asked), ...doubts(db, asked)].filter(inWindow)
  const kept = others.sort(byStart).slice(-MAX_EVENTS)
  const room = MAX_EVENTS - kept.length
  const opened = room === 0 ? [] : doors(db, asked).filter(inWindow).sort(byStart).slice(-room)
  return [...opened, ...kept].sort(byStart)
}
