import { join } from 'node:path'
import type { PersonView } from '#cloud-sync/contract/edge-people.ts'
import { systemClock } from '../clock.ts'
import { lockFolder } from '../folder-lock.ts'
import { clockTrust } from '../health/clock-trust.ts'
import { wrapDatabase } from '../journal/database.ts'
import { createJournal } from '../journal/journal.ts'
import { JOURNAL_FILE, openDatabase } from '../journal/schema.ts'
import { openForReading } from '../journal/verify.ts'
import { hashPin, randomPin } from './pin.ts'
import { personAbsent, readRows, saveRow, UNLOCKED, viewOf } from './rows.ts'

/** The people of a data folder; the agent may run. Errors: E_JOURNAL_ABSENT, E_JOURNAL_UNREADABLE. */
export const listPeople = (dataDir: string): readonly PersonView[] => {
  const db = wrapDatabase(openForReading(dataDir))
  try {
    return readRows(db).map(row => viewOf(row, new Date()))
  } finally {
    db.close()
  }
}

/**
 * For who stands before the machine with the agent stopped: a new first PIN, which must be changed at the next login.
 * It is nowhere but in the answer. Journaled with `by`, a lock of wrong PINs is lifted.
 * Errors: E_JOURNAL_ABSENT, E_JOURNAL_UNREADABLE, E_JOURNAL_DAMAGED, E_AGENT_RUNNING, E_PERSON_ABSENT, E_DISK_*.
 */
export const resetPin = (
  dataDir: string,
  { person, by }: { readonly person: string; readonly by: string },
): { readonly name: string; readonly pin: string } => {
  // Neither a journal nor a lock file is made where there is no agent's folder.
  openForReading(dataDir).close()
  const unlock = lockFolder(dataDir)
  try {
    const db = wrapDatabase(openDatabase(join(dataDir, JOURNAL_FILE)))
    try {
      const row = readRows(db).find(({ id }) => id === person)
      if (!row) throw personAbsent()
      const clock = systemClock()
      const journal = createJournal({
        db,
        clock,
        clockTrusted: () => clockTrust({ db, clock }),
        onFlushFailed: () => {},
      })
      const pin = randomPin()
      const next = { ...row, ...UNLOCKED, pin: hashPin(pin), must_change: 1 }
      journal.append([{ kind: 'person.pin-reset', data: { person, by } }], () => saveRow(db, next))
      return { name: row.name, pin }
    } finally {
      db.close()
    }
  } finally {
    unlock()
  }
}
