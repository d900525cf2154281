import type { AlarmView } from '#cloud-sync/contract/edge-alarms.ts'
import { type DueNotice, dueNotices, type NotifyRules } from '#domain/alarms/planner.ts'
import { messageText } from '#domain/alarms/text.ts'
import type { EdgeClock } from '../clock.ts'
import type { Journal } from '../journal/journal.ts'
import type { Alarms } from './alarms.ts'
import type { Outbox } from './outbox.ts'

type Options = {
  readonly siteName: string
  readonly rules: NotifyRules
  readonly alarms: Pick<Alarms, 'list'>
  readonly journal: Pick<Journal, 'clockTrusted'>
  readonly clock: EdgeClock
  readonly outbox: Outbox
  readonly measured: (alarm: AlarmView) => string | undefined
}

const ms = (at: string | null): number | null => (at === null ? null : Date.parse(at))

/** An alarm about a way to people is not told on that way. */
const isOwnWay = (alarm: AlarmView, { channel }: DueNotice): boolean =>
  alarm.id === `notify-failed-${channel}` || (alarm.kind === 'sms-down' && channel === 'sms')

/** Puts into the outbox what is due of every alarm now. */
export const createPlanning = (options: Options): (() => void) => {
  const { siteName, rules, alarms, journal, clock, outbox, measured } = options
  const textOf = (alarm: AlarmView, what: DueNotice['what']): string => {
    const trusted = journal.clockTrusted()
    return messageText({
      what,
      site: siteName,
      kind: alarm.kind,
      words: alarm.text.zh,
      value: measured(alarm),
      raisedAt: trusted ? ms(alarm.raisedAt) : null,
      clearedAt: trusted ? ms(alarm.clearedAt) : null,
    })
  }
  const planOne = (alarm: AlarmView): void => {
    const { id, level, raisedAt } = alarm
    const due = dueNotices({
      alarm: {
        level,
        raisedAt: Date.parse(raisedAt),
        clearedAt: ms(alarm.clearedAt),
        acknowledged: alarm.acknowledgedBy !== null,
      },
      rules: { ...rules, quiet: journal.clockTrusted() ? rules.quiet : undefined },
      now: clock.now().getTime(),
      history: outbox.history(id),
    })
    for (const one of due)
      if (!isOwnWay(alarm, one))
        outbox.add({ ...one, alarm: id, level, raisedAt, text: textOf(alarm, one.what), again: false })
  }
  return () => alarms.list().forEach(planOne)
}
