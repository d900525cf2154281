import { powerRuleOf } from '#domain/cold-chain/standing.ts'
import type { MainsPower } from '#hardware/ports.ts'
import type { EdgeClock } from '../clock.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'
import type { Alarms } from './alarms.ts'
import { createStanding } from './standing.ts'
import { createUnread } from './unread.ts'

type Options = {
  readonly db: Database
  readonly alarms: Alarms
  readonly journal: Journal
  readonly clock: EdgeClock
  readonly mains?: MainsPower | undefined
  /** Without the mains for so long, the goods have to be looked at. */
  readonly minutes?: number | undefined
}

const UNREAD = 'mains-unread'

export type Mains = {
  /** Asks the relay once. */
  readonly poll: () => Promise<void>
  /** As last seen; unknown without a relay or before it was read. */
  readonly state: () => 'present' | 'absent' | 'unknown'
}

/**
 * Mains failure and return: an alarm while it lasts, another when it lasts too long (POWR), and both on the record. What
 * was so at the last run is not told again, and has lasted since then.
 */
export const createMains = ({ db, alarms, journal, clock, mains, minutes }: Options): Mains => {
  const rule = powerRuleOf(minutes)
  const away = createStanding({ db, clock, subject: 'mains', minutes: rule.minutes })
  const unread = createUnread({
    alarms,
    clock,
    id: UNREAD,
    zh: '市电状态',
    en: 'whether the mains are there',
  })
  let seen: 'present' | 'absent' | 'unknown' = 'unknown'
  const before = () => (away.on() || alarms.isOpen('mains') ? 'absent' : 'present')
  const tell = (state: 'present' | 'absent' | 'unknown'): void => {
    // In one transaction with what is told of it: a cut between them would have it told twice.
    let project = (): void => {}
    away.see(state === 'absent', keep => {
      project = keep
    })
    journal.tell({ kind: 'mains.changed', data: { state } }, { project })
  }
  const change = (state: 'present' | 'absent'): void => {
    seen = state
    if (state !== before()) tell(state)
    if (state === 'present') alarms.clear('mains')
    else
      alarms.raise({
        id: 'mains',
        kind: 'mains',
        level: 'alarm',
        zh: '市电中断，冰箱停止制冷',
        en: 'the mains have failed: the refrigerator does not cool, the cabinet runs on its battery',
      })
  }
  const judge = (state: 'present' | 'absent'): void => {
    const { tooLong } = away.see(state === 'absent')
    if (!tooLong) alarms.clear('mains-long')
    else
      alarms.raise({
        id: 'mains-long',
        kind: 'mains-long',
        level: 'alarm',
        zh: `停电已达 ${rule.minutes} 分钟`,
        en: `the mains have been away for ${rule.minutes} minutes`,
      })
  }
  if (!mains) {
    // Of what the plan has no more nobody will ever say that it is over.
    if (before() === 'absent') tell('unknown')
    for (const id of ['mains', 'mains-long', UNREAD]) alarms.clear(id)
  }
  return {
    poll: async () => {
      if (!mains) return
      // What cannot be read stays as it was: whoever cannot read it goes on to say so.
      const state = await mains.state().catch(() => undefined)
      if (state === undefined) {
        unread.silent()
        if (away.on()) judge('absent')
        return
      }
      unread.heard()
      if (state !== seen) change(state)
      judge(state)
    },
    state: () => seen,
  }
}
