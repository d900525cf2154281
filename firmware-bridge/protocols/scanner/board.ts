import type { ConversationStats } from '../../link/conversation.ts'
import { createListeners, type Line } from '../../link/line.ts'
import { buildTrigger, createScanFramer, type Scan } from './codec.ts'

/** A code that was read. */
export type ReadCode = Exclude<Scan, { is: 'unreadable' }>

export interface SerialScanner {
  /** Every code as it is read; what is unreadable is only counted, the person scans again. Returns the unsubscription. */
  onScan(listener: (scan: ReadCode) => void): () => void
  /** Starts one scan, as the button does. Rejects with the line's error. */
  trigger(): Promise<void>
  /** `answered`: codes read. */
  stats(): ConversationStats
  /** Ends listening; the line itself belongs to who opened it. */
  close(): void
}

export type SerialScannerOptions = {
  /** Tells when the line comes up or goes down: half a code from before must not lead the next one. */
  readonly onLineChange?: (listener: (up: boolean) => void) => () => void
}

/** A scanner speaks when somebody scans; nothing is asked, so there is no conversation to hold. */
export const createSerialScanner = (
  line: Line,
  { onLineChange }: SerialScannerOptions = {},
): SerialScanner => {
  const scans = createListeners<ReadCode>()
  const framer = createScanFramer()
  const counts = { sent: 0, answered: 0, discardedBytes: 0, badChecksums: 0, late: 0 }
  const take = (part: ReturnType<typeof framer.push>[number]): void => {
    if (part.is === 'discarded') {
      counts.discardedBytes += part.bytes.length
      return
    }
    for (const scan of part.frame) {
      if (scan.is === 'unreadable') counts.discardedBytes += scan.bytes
      else {
        counts.answered += 1
        scans.tell(scan)
      }
    }
  }
  const stop = line.onData(bytes => framer.push(bytes).forEach(take))
  const forget = onLineChange?.(() => framer.reset().forEach(take))
  return {
    onScan: scans.add,
    trigger: async () => {
      await line.send(buildTrigger())
      counts.sent += 1
    },
    stats: () => ({ ...counts }),
    close: () => {
      stop()
      forget?.()
    },
  }
}
