import type { Alarms } from '../alarms/alarms.ts'
import type { Journal } from '../journal/journal.ts'
import { type DiskCode, diskWords } from './disk.ts'

const ALARM = 'disk'

const raise = (alarms: Alarms, code: DiskCode): void =>
  alarms.raise({ id: ALARM, kind: 'disk', level: 'alarm', ...diskWords(code) })

/** An alarm as long as the disk refuses; it sounds although it cannot be written down yet. */
export const watchDisk = (journal: Journal, alarms: Alarms): void => {
  journal.onDisk(refusal => (refusal ? raise(alarms, refusal) : alarms.clear(ALARM)))
  // What an earlier run raised and did not see end; if it still refuses, this very write raises it again.
  alarms.clear(ALARM)
}

/** Before the disk is really full: no withdrawal begins that might not end. */
export const createRoomWatch = (alarms: Alarms, hasRoom: () => boolean): (() => void) => {
  let room = true
  return () => {
    const now = hasRoom()
    if (now !== room || !now)
      if (now) alarms.clear(ALARM)
      else raise(alarms, 'E_DISK_FULL')
    room = now
  }
}
