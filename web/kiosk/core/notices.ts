import type { AlarmView, NoticeView } from '#cloud-sync/contract/edge-alarms.ts'
import type { Look } from './look.ts'

/** Colour and icon of a message; the word is `notice.*`. */
export const NOTICE_LOOK: Readonly<Record<NoticeView['status'], Look>> = {
  due: { tone: 'idle', icon: 'clock' },
  sending: { tone: 'info', icon: 'clock' },
  sent: { tone: 'ok', icon: 'check' },
  delivered: { tone: 'ok', icon: 'check' },
  'not-delivered': { tone: 'error', icon: 'cross' },
  uncertain: { tone: 'warning', icon: 'warning' },
  failed: { tone: 'error', icon: 'cross' },
}

type Alarm = Pick<AlarmView, 'level' | 'clearedAt' | 'acknowledgedAt'>
const rankOf = ({ level, clearedAt }: Alarm): number => (clearedAt ? 2 : level === 'alarm' ? 0 : 1)

/** Those that nobody has acknowledged, what goes on before what is over: somebody must have seen either. */
export const unseen = <A extends Alarm>(alarms: readonly A[]): readonly A[] =>
  alarms.filter(({ acknowledgedAt }) => acknowledgedAt === null).toSorted((a, b) => rankOf(a) - rankOf(b))
