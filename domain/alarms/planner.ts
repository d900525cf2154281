/**
 * Who is to be told of an alarm now. Pure: asked again and again, it gives what is due and was not told yet. Invariants
 * (each with a property test): an open alarm that nobody acknowledged is never silent for longer than `spacingMs`; a warning
 * is not sent in the quiet hours; nobody hears of a recovery who did not hear of the alarm.
 */
import type { AlarmLevel } from './kinds.ts'
import { isQuiet, type QuietHours } from './quiet.ts'

/** `centre` is the journal on its way to the central pharmacy. */
export type Channel = 'sms' | 'webhook' | 'email' | 'centre'

/** `steps`: at which steps of the escalation this one is told, from 1. */
export type Target = { readonly channel: Channel; readonly target: string; readonly steps: readonly number[] }

/** All in ms. `spacingMs`: a flapping cause is not told more often. `settleMs`: so long it must be gone to be over. */
export type NotifyRules = {
  readonly targets: readonly Target[]
  readonly stepMs: number
  readonly reminderMs: number
  readonly spacingMs: number
  readonly settleMs: number
  /** Absent also while the clock is not trusted: a warning too many is better than one held back for days. */
  readonly quiet?: QuietHours | undefined
}

/** One alarm, UTC ms. `raisedAt` names the raise: the same alarm may come and go. */
export type AlarmState = {
  readonly level: AlarmLevel
  readonly raisedAt: number
  readonly clearedAt: number | null
  readonly acknowledged: boolean
}

export type What = 'raised' | 'escalated' | 'reminder' | 'recovered'

export type DueNotice = {
  readonly channel: Channel
  readonly target: string
  readonly what: What
  readonly step: number
}

/** What was told of this alarm before, of all its raises, oldest first. */
export type Told = DueNotice & {
  readonly level: AlarmLevel
  readonly raisedAt: number
  readonly at: number
}

/** A clock that was set back must not keep an alarm silent: what lies in the future counts as long ago. */
const passed = (since: number, now: number): number => (now >= since ? now - since : Number.POSITIVE_INFINITY)

type Asked = {
  readonly alarm: AlarmState
  readonly rules: NotifyRules
  readonly now: number
  readonly history: readonly Told[]
}

/** The centre has the journal's own record of it at any hour and is reminded of nothing. */
const isHeld = ({ alarm, rules, now }: Asked, { channel }: Target): boolean =>
  alarm.level === 'warning' && channel !== 'centre' && rules.quiet !== undefined && isQuiet(now, rules.quiet)

/** The highest step reached: each `stepMs` after the first telling of this raise one more. Warnings stay at the first. */
const stepNow = ({ alarm, rules, now, history }: Asked): number => {
  const first = Math.min(...rules.targets.flatMap(({ steps }) => steps))
  const begun = history.find(({ raisedAt }) => raisedAt === alarm.raisedAt)
  if (alarm.level === 'warning' || begun === undefined) return first
  return first + Math.floor(passed(begun.at, now) / rules.stepMs)
}

const ofTarget = (history: readonly Told[], { channel, target }: Target): readonly Told[] =>
  history.filter(one => one.channel === channel && one.target === target)

const dueWhileOpen = (asked: Asked, target: Target, step: number): DueNotice | undefined => {
  const { alarm, rules, now } = asked
  const told = ofTarget(asked.history, target)
  const thisRaise = told.filter(one => one.raisedAt === alarm.raisedAt && one.what !== 'recovered')
  const reached = Math.max(0, ...target.steps.filter(one => one <= step))
  const { channel, target: name } = target
  const last = thisRaise.at(-1)
  if (last === undefined) {
    const before = told.findLast(({ what }) => what !== 'recovered')
    // What was a warning and is an alarm now does not wait.
    const graver = before?.level === 'warning' && alarm.level === 'alarm'
    const tooSoon = before !== undefined && !graver && passed(before.at, now) < rules.spacingMs
    if (reached === 0 || tooSoon) return undefined
    const first = Math.min(...rules.targets.flatMap(({ steps }) => steps))
    return { channel, target: name, what: reached === first ? 'raised' : 'escalated', step: reached }
  }
  if (reached > Math.max(...thisRaise.map(one => one.step)))
    return { channel, target: name, what: 'escalated', step: reached }
  const reminds = alarm.level === 'alarm' && channel !== 'centre'
  return reminds && passed(last.at, now) >= rules.reminderMs
    ? { channel, target: name, what: 'reminder', step: last.step }
    : undefined
}

const dueOnceOver = ({ alarm, rules, now, history }: Asked, target: Target): DueNotice | undefined => {
  const last = ofTarget(history, target).at(-1)
  const over = alarm.clearedAt !== null && passed(alarm.clearedAt, now) >= rules.settleMs
  if (!over || last === undefined || last.what === 'recovered' || target.channel === 'centre')
    return undefined
  return { channel: target.channel, target: target.target, what: 'recovered', step: last.step }
}

/** What is due at `now` (UTC ms) and not yet among `history`. */
export const dueNotices = (asked: Asked): readonly DueNotice[] => {
  const { alarm, rules } = asked
  const step = alarm.clearedAt === null && rules.targets.length > 0 ? stepNow(asked) : 0
  return rules.targets.flatMap(target => {
    if (isHeld(asked, target) || (alarm.clearedAt === null && alarm.acknowledged)) return []
    const due = alarm.clearedAt === null ? dueWhileOpen(asked, target, step) : dueOnceOver(asked, target)
    return due ? [due] : []
  })
}
