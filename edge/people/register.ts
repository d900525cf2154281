import type { PersonView, Role } from '#cloud-sync/contract/edge-people.ts'
import { codeOf } from '#domain/error.ts'
import type { NewEvent } from '#domain/journal/events.ts'
import type { EdgeClock } from '../clock.ts'
import { isDiskCode } from '../health/disk.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'
import { sameBadge } from './badge.ts'
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

/**
 * Those whom the configuration names, with the role and the competency that it gives them now, and their own PINs and
 * badges. Who is named no more stays in the table and is let in no more. Over a disk that refuses it holds in memory, and
 * is written at the next start.
 */
const loadRows = ({ db, initial, journal }: Options): Map<string, Row> => {
  const known = new Map(readRows(db).map(row => [row.id, row]))
  const rows = new Map<string, Row>()
  for (const { id, name, role, initialPin, competentUntil } of initial) {
    const old = known.get(id)
    const now = { name, role, competent_until: competentUntil ?? null }
    const row: Row = old
      ? { ...old, ...now }
      : { id, ...now, ...UNLOCKED, pin: hashPin(initialPin), must_change: 1, badge: null }
    rows.set(id, row)
    if (old && old.name === name && old.role === role && old.competent_until === row.competent_until) continue
    const data = { person: id, role, competentUntil: row.competent_until }
    if (old) journal.tell({ kind: 'person.changed', data }, { project: () => saveRow(db, row) })
    else addRow(db, row)
  }
  return rows
}

const addRow = (db: Database, row: Row): void => {
  try {
    saveRow(db, row)
  } catch (error) {
    if (!isDiskCode(codeOf(error))) throw error
  }
}

/**
 * The people of a site in memory: wrong PINs are counted there although the disk refuses, so that a full one gives no
 * unlimited guesses.
 */
export const createRegister = (options: Options) => {
  const { db, journal, clock } = options
  const rows = loadRows(options)
  const badges = (): readonly string[] => [...rows.values()].flatMap(({ badge }) => badge ?? [])
  return {
    find: (id: string): Row | undefined => rows.get(id),
    badges,
    findBadge: (badge: string): Row | undefined => {
      const stored = sameBadge(badge, badges())
      return stored === undefined ? undefined : [...rows.values()].find(row => row.badge === stored)
    },
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
      journal.append([event], () => {
        // One who is named no more may still have it in the table.
        db.run('UPDATE people SET badge = NULL WHERE badge = ? AND id <> ?', next.badge, next.id)
        saveRow(db, next)
      })
      rows.set(next.id, next)
    },
  }
}

export type Register = ReturnType<typeof createRegister>
