import type { DiskCode } from '../health/disk.ts'
import type { Database } from './database.ts'
import { setMeta } from './meta.ts'

/** A withdrawal's worth: a small record may still find a place where a whole withdrawal does not. */
const PROOF_BYTES = 64 * 1024

/** Would the file take a withdrawal's records now? */
export const hasRoomInside = (db: Database): boolean => {
  try {
    setMeta(db, 'room', '.'.repeat(PROOF_BYTES))
    // What it took stays free inside the file.
    db.run("DELETE FROM meta WHERE key = 'room'")
    return true
  } catch {
    return false
  }
}

/** Does the disk write? Told to who listens, once a change. */
export const createDiskState = () => {
  const listeners = new Set<(refusal: DiskCode | undefined) => void>()
  let refusal: DiskCode | undefined
  return {
    refusal: () => refusal,
    set: (next: DiskCode | undefined): void => {
      if (next === refusal) return
      refusal = next
      for (const listener of listeners) listener(next)
    },
    onChange: (listener: (refusal: DiskCode | undefined) => void) => void listeners.add(listener),
  }
}
