import type { PersonView, Role } from '#cloud-sync/contract/edge-api.ts'
import { codeOf } from '#domain/error.ts'
import type { NewEvent } from '#domain/journal/events.ts'
import type { EdgeClock } from '../clock.ts'
import { isDiskCode } from '../health/disk.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'
import { hashPin } from './pin.ts'
import { type Row, readRows, saveRow, UNLOCKED, viewOf } from './rows.ts'

export type InitialPerson = {
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly initialPin: string
  readonly competentUntil?: string
}

export type Options = {
  readonly db: Database
  readonly journal: Journal
  readonly clock: EdgeClock
  readonly initial: readonly InitialPerson[]
}

/** Adds who is new in the configuration; over a disk that refuses they are added in memory, and written at the next start. */
const loadRows = ({ db, initial }: Options): Map<string, Row> => {
  const rows = new Map(readRows(db).map(row => [row.id, row]))
  for (const { id, name, role, initialPin, competentUntil } of initial) {
    if (rows.has(id)) continue
    const row: Row = {
      ...{ id, name, role, pin: hashPin(initialPin), must_change: 1, badge: null },
      ...UNLOCKED,
      competent_until: competentUntil ?? null,
    }
    rows.set(id, row)
    try {
      saveRow(db, row)
    } catch (error) {
      if (!isDiskCode(codeOf(error))) throw error
    }
  }
  return rows
}

/**
 * The people of a site in memory: wrong PINs are counted there although the disk refuses, so that a full one gives no
 * unlimited guesses.
 */
export const createRegister = (options: Options) => {
  const { db, journal, clock } = options
  const rows = loadRows(options)
  return {
    find: (id: string): Row | undefined => rows.get(id),
    list: (): readonly PersonView[] => {
      const place = ({ role, id }: Row) => `${role} ${id}`
      return [...rows.values()]
        .sort((a, b) => (place(a) < place(b) ? -1 : 1))
        .map(row => viewOf(row, clock.now()))
    },
    /** Counts at once, and is written as soon as the disk takes it. */
    tell: (event: NewEvent, next?: Row): void => {
      if (next) rows.set(next.id, next)
      journal.tell(event, next && { project: () => saveRow(db, next) })
    },
    /** Counts once it is written. Errors: E_DISK_*. */
    write: (event: NewEvent, next: Row): void => {
      journal.append([event], () => saveRow(db, next))
      rows.set(next.id, next)
    },
  }
}

export type Register = ReturnType<typeof createRegister>
