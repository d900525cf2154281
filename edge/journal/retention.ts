import { DAY } from '#domain/time.ts'

export type RetentionLimits = {
  /** Periodic records (temperatures and the like) of older days are dropped. */
  readonly recordDays: number
  /** Dispensing and alarms of older days are dropped. */
  readonly lastingDays: number
  /** The journal may weigh so much; beyond it the oldest days go first. */
  readonly maxBytes: number
}

/** A closed day as retention sees it. */
export type ClosedDay = {
  readonly toSeq: number
  readonly day: string
  readonly recordBytes: number
  readonly lastingBytes: number
  readonly recordsDropped: boolean
  readonly lastingDropped: boolean
}

export type PruneStep = { readonly toSeq: number; readonly what: 'record' | 'lasting' }

type Options = {
  /** In the order of the journal. */
  readonly days: readonly ClosedDay[]
  readonly limits: RetentionLimits
  readonly usedBytes: number
  /** What the centre has. */
  readonly committed: number
  /** Day in Asia/Shanghai. */
  readonly today: string
}

const ageInDays = (day: string, today: string): number => (Date.parse(today) - Date.parse(day)) / DAY

/**
 * Which classes of which days to drop, in order. Invariants: nothing the centre has not committed, nothing of the last
 * closed day or after it; of one day never dispensing and alarms before its records; for want of room no dispensing
 * or alarm of any day before the records of all days that may go.
 */
export const planRetention = ({
  days,
  limits,
  usedBytes,
  committed,
  today,
}: Options): readonly PruneStep[] => {
  const may = days.slice(0, -1).filter(({ toSeq }) => toSeq <= committed)
  const steps: PruneStep[] = []
  let used = usedBytes
  const records = new Set(may.filter(one => one.recordsDropped).map(one => one.toSeq))
  const lasting = new Set(may.filter(one => one.lastingDropped).map(one => one.toSeq))
  const drop = ({ toSeq, recordBytes, lastingBytes }: ClosedDay, what: PruneStep['what']): void => {
    const done = what === 'record' ? records : lasting
    if (done.has(toSeq)) return
    done.add(toSeq)
    used -= what === 'record' ? recordBytes : lastingBytes
    steps.push({ toSeq, what })
  }
  for (const one of may) {
    const age = ageInDays(one.day, today)
    if (age > Math.min(limits.recordDays, limits.lastingDays)) drop(one, 'record')
    if (age > limits.lastingDays) drop(one, 'lasting')
  }
  for (const what of ['record', 'lasting'] as const)
    for (const one of may) if (used > limits.maxBytes) drop(one, what)
  return steps
}
