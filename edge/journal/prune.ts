import type { RecordClass } from '#domain/journal/record.ts'
import { shanghaiDay } from '#domain/time.ts'
import type { EdgeClock } from '../clock.ts'
import type { Database } from './database.ts'
import type { Journal } from './journal.ts'
import { type ClosedDay, type PruneStep, planRetention, type RetentionLimits } from './retention.ts'

type Gap = {
  readonly from: number
  readonly to: number
  /** Hash before the gap, and of its last row: the chain goes on over it. */
  readonly prev: string
  readonly head: string
}
type Link = { readonly seq: number; readonly prev: string; readonly hash: string }

/** Runs of consecutive rows. */
const runsOf = (rows: readonly Link[]): readonly Gap[] => {
  const runs: Gap[] = []
  for (const { seq, prev, hash } of rows) {
    const last = runs.at(-1)
    if (last && last.to === seq - 1) runs[runs.length - 1] = { ...last, to: seq, head: hash }
    else runs.push({ from: seq, to: seq, prev, head: hash })
  }
  return runs
}

const GAP = 'SELECT from_seq AS "from", to_seq AS "to", prev, head FROM journal_gaps WHERE'

/** Notes a gap, grown together with what is already missing beside it. */
const noteGap = (db: Database, gap: Gap): void => {
  const before = db.get<Gap>(`${GAP} to_seq = ?`, gap.from - 1)
  const after = db.get<Gap>(`${GAP} from_seq = ?`, gap.to + 1)
  const from = before?.from ?? gap.from
  for (const one of [before, after]) if (one) db.run('DELETE FROM journal_gaps WHERE from_seq = ?', one.from)
  db.run(
    'INSERT INTO journal_gaps VALUES (?,?,?,?)',
    from,
    after?.to ?? gap.to,
    before?.prev ?? gap.prev,
    after?.head ?? gap.head,
  )
}

const CLASSES: Readonly<Record<PruneStep['what'], readonly RecordClass[]>> = {
  record: ['record'],
  lasting: ['dispensing', 'alarm'],
}

/** Pages in use, not those that were freed and wait to be used again. */
const usedBytes = (db: Database): number => {
  const pragma = (name: string): number =>
    Object.values(db.get<Record<string, number>>(`PRAGMA ${name}`) ?? {})[0] ?? 0
  return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size')
}

type Options = {
  readonly db: Database
  readonly journal: Journal
  readonly clock: EdgeClock
  readonly limits: RetentionLimits
}

/** Drops what retention says may go. The only code that deletes from the journal. */
export const createPruning = ({ db, journal, clock, limits }: Options) => {
  const days = (): readonly ClosedDay[] =>
    db
      .all<Omit<ClosedDay, 'recordsDropped' | 'lastingDropped'> & { r: number; l: number }>(
        `SELECT to_seq AS toSeq, day, record_bytes AS recordBytes, lasting_bytes AS lastingBytes,
         records_dropped AS r, lasting_dropped AS l FROM journal_closings ORDER BY to_seq`,
      )
      .map(({ r, l, ...day }) => ({ ...day, recordsDropped: r === 1, lastingDropped: l === 1 }))

  const dropRows = (fromSeq: number, toSeq: number, one: RecordClass, rows: readonly Link[]): void => {
    db.run('INSERT INTO journal_prune VALUES (?, ?)', one, toSeq)
    for (const run of runsOf(rows)) noteGap(db, run)
    db.run('DELETE FROM journal WHERE seq BETWEEN ? AND ? AND class = ?', fromSeq, toSeq, one)
    db.run('DELETE FROM journal_prune WHERE class = ?', one)
  }

  const drop = ({ toSeq, what }: PruneStep): void => {
    const closing = db.get<{ day: string; from_seq: number }>(
      'SELECT day, from_seq FROM journal_closings WHERE to_seq = ?',
      toSeq,
    )
    if (!closing) return
    const { day, from_seq: fromSeq } = closing
    const classes = CLASSES[what]
    const found = classes.map(one => ({
      one,
      rows: db.all<Link>(
        'SELECT seq, prev, hash FROM journal WHERE seq BETWEEN ? AND ? AND class = ? ORDER BY seq',
        fromSeq,
        toSeq,
        one,
      ),
    }))
    const rows = found.reduce((sum, each) => sum + each.rows.length, 0)
    journal.append([{ kind: 'journal.pruned', data: { day, fromSeq, toSeq, classes, rows } }], () => {
      for (const each of found) dropRows(fromSeq, toSeq, each.one, each.rows)
      db.run(
        what === 'record'
          ? 'UPDATE journal_closings SET records_dropped = 1 WHERE to_seq = ?'
          : 'UPDATE journal_closings SET lasting_dropped = 1 WHERE to_seq = ?',
        toSeq,
      )
    })
  }

  return {
    /** One day's classes a turn, so that nobody waits: true while there is more. Errors: E_DISK_*. */
    pruneOne: (): boolean => {
      const today = shanghaiDay(clock.now())
      const committed = journal.committed()
      const steps = planRetention({ days: days(), limits, usedBytes: usedBytes(db), committed, today })
      const [first] = steps
      if (first) drop(first)
      return steps.length > 1
    },
  }
}
