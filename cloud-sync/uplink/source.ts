import type { JournalRecord } from '#domain/journal/record.ts'
import type { Unsubscribe } from '../link/port.ts'

/** The journal as the uplink sees it. `seq` runs from 1 without gaps inside an epoch. */
export type JournalSource = {
  /** The epoch being written. Older ones are archived and not sent from here. */
  epoch(): number
  /** Highest sequence number written; 0 = nothing yet. */
  head(): number
  /** What the centre has confirmed of this epoch, as last marked. */
  committed(): number
  /** Up to `limit` records that follow `after`, in order. */
  read(after: number, limit: number): readonly JournalRecord[]
  /**
   * The centre has records 1…`seq` of this epoch. It may be lower than before (the centre was restored from a
   * backup): what lies above it must then be kept again.
   */
  markCommitted(seq: number): void
  onAppend(callback: () => void): Unsubscribe
}
