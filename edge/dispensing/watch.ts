import { doorRuleOf } from '#domain/cold-chain/standing.ts'
import { MINUTE } from '#domain/time.ts'
import type { Alarms, NewAlarm } from '../alarms/alarms.ts'
import { createStanding, goneFrom } from '../alarms/standing.ts'
import type { EdgeClock } from '../clock.ts'
import type { EdgeHardware } from '../hardware.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'

type Options = {
  readonly hardware: Pick<EdgeHardware, 'drawers'>
  readonly db: Pick<Database, 'all' | 'get' | 'run'>
  readonly journal: Journal
  readonly alarms: Alarms
  readonly clock: EdgeClock
  /** The one drawer that may be open now, if any. */
  readonly expectedOpen: () => string | undefined
  /** The one of them that may still be open, but opens no more once it was seen closed. */
  readonly inReview?: () => string | undefined
  /** Nobody can say any more what lies in this drawer (R7). */
  readonly onTamper: (drawer: string) => void
  readonly onClosed?: (drawer: string) => void
  /** Who has a mechanical key out now (R16). */
  readonly keyHolder?: () => string | undefined
  /** A drawer that stands open for so long is an alarm; unsaid = the preset DOOR. */
  readonly minutes?: number | undefined
}

const REMIND_MS = MINUTE

/** A drawer that stands open: its goods are anybody's, and no other one opens. First a reminder, then an alarm. */
const leftOpen = (drawer: string): NewAlarm => ({
  id: `drawer-open-${drawer}`,
  kind: 'drawer-left-open',
  level: 'warning',
  zh: `抽屉 ${drawer} 已打开 1 分钟，请关好`,
  en: `drawer ${drawer} has been open for a minute: close it`,
})

const openTooLong = (drawer: string, minutes: number): NewAlarm => ({
  id: `drawer-open-${drawer}`,
  kind: 'drawer-open',
  level: 'alarm',
  zh: `抽屉 ${drawer} 已打开 ${minutes} 分钟，请关好`,
  en: `drawer ${drawer} has been open for ${minutes} minutes: close it`,
})

const tampering = (drawer: string): NewAlarm => ({
  id: `tamper-${drawer}`,
  kind: 'tamper',
  level: 'alarm',
  zh: `抽屉 ${drawer} 未经指令被打开，关上后需盘点`,
  en: `drawer ${drawer} was opened without an order: close it, then count`,
})

/** R16: nobody commanded it, but somebody has the key. */
const openedByKey = (drawer: string, holder: string): NewAlarm => ({
  id: `tamper-${drawer}`,
  kind: 'custody',
  level: 'warning',
  zh: `抽屉 ${drawer} 被机械钥匙打开（钥匙在 ${holder} 处），归还后需盘点`,
  en: `drawer ${drawer} was opened while ${holder} has the key: count it when the key is back`,
})

/**
 * R7: an opening that nobody commanded is a tamper alarm, and the drawer then needs a count. One sweep over all locks; a
 * board that cannot be asked is an alarm of its own, since a blind cabinet must not look like a closed one.
 */
export const createWatch = ({
  hardware,
  db,
  journal,
  alarms,
  clock,
  expectedOpen,
  inReview = () => undefined,
  onTamper,
  onClosed = () => {},
  keyHolder = () => undefined,
  minutes: asked,
}: Options) => {
  const { minutes } = doorRuleOf(asked)
  const gone = goneFrom(db, 'drawer-', hardware.drawers)
  const standingOf = (drawer: string) => createStanding({ db, clock, subject: `drawer-${drawer}`, minutes })
  const standings = new Map([...hardware.drawers.keys(), ...gone].map(each => [each, standingOf(each)]))
  const tampered = new Set<string>()
  /** As the last sweep saw it. */
  const open = new Set<string>()
  /** Seen closed, and its alarms cleared: also what an earlier run of the agent raised. */
  const settled = new Set<string>()
  /** The drawer in review, once it was seen closed. */
  let shut: string | undefined

  const sawOpen = (drawer: string): void => {
    settled.delete(drawer)
    open.add(drawer)
    const { ms = 0, tooLong = false } = standings.get(drawer)?.see(true) ?? {}
    const holder = keyHolder()
    if (holder === undefined && (tooLong || ms >= REMIND_MS))
      alarms.raise(tooLong ? openTooLong(drawer, minutes) : leftOpen(drawer))
    if (tampered.has(drawer) || (drawer === expectedOpen() && drawer !== shut)) return
    tampered.add(drawer)
    journal.tell({ kind: 'drawer.tamper', data: { drawer } })
    onTamper(drawer)
    alarms.raise(holder === undefined ? tampering(drawer) : openedByKey(drawer, holder))
  }
  const sawClosed = (drawer: string): void => {
    onClosed(drawer)
    if (settled.has(drawer)) return
    settled.add(drawer)
    tampered.delete(drawer)
    open.delete(drawer)
    standings.get(drawer)?.see(false)
    alarms.clear(`tamper-${drawer}`)
    alarms.clear(`drawer-open-${drawer}`)
  }
  // Of what the plan has no more nobody will ever say that it was closed.
  for (const drawer of gone) sawClosed(drawer)

  const ask = async (drawer: string, lock: { state(): Promise<'open' | 'closed'> }): Promise<boolean> => {
    // An answer that was on its way when the review began says nothing of it.
    const waits = inReview() === drawer
    try {
      const seen = await lock.state()
      if (seen === 'closed' && waits && inReview() === drawer) shut = drawer
      if (seen === 'open') sawOpen(drawer)
      else sawClosed(drawer)
      return true
    } catch {
      return false
    }
  }

  return {
    isOpen: (drawer: string): boolean => open.has(drawer),
    sweep: async (): Promise<void> => {
      if (shut !== inReview()) shut = undefined
      // All at once: the locks of one board then share one query.
      const heard = await Promise.all(Array.from(hardware.drawers, ([drawer, { lock }]) => ask(drawer, lock)))
      const deaf = heard.filter(answered => !answered).length
      if (deaf === 0) alarms.clear('locks-deaf')
      else
        alarms.raise({
          id: 'locks-deaf',
          kind: 'board',
          level: 'alarm',
          zh: `锁控板无应答：${deaf} 个抽屉状态未知`,
          en: `the lock board does not answer: ${deaf} drawers unknown`,
        })
    },
  }
}
