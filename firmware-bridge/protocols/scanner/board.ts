import { createListeners, type Line } from '../../link/line.ts'
import { buildTrigger, createScanFramer, type Scan } from './codec.ts'

export interface SerialScanner {
  /** Every code as it is read. Returns the unsubscription. */
  onScan(listener: (scan: Scan) => void): () => void
  /** Starts one scan, as the button does. Rejects with the line's error. */
  trigger(): Promise<void>
  /** Ends listening; the line itself belongs to who opened it. */
  close(): void
}

/** A scanner speaks when somebody scans; nothing is asked, so there is no conversation to hold. */
export const createSerialScanner = (line: Line): SerialScanner => {
  const scans = createListeners<Scan>()
  const framer = createScanFramer()
  const stop = line.onData(bytes => {
    for (const part of framer.push(bytes)) if (part.is === 'frame') part.frame.forEach(scans.tell)
  })
  return { onScan: scans.add, trigger: () => line.send(buildTrigger()), close: stop }
}
