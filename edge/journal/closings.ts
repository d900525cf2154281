import {
  type ClassCounts,
  countClasses,
  type DayClosing,
  type SignedClosing,
  type SiteJwk,
  signClosing,
} from '#domain/journal/closing.ts'
import type { RecordClass } from '#domain/journal/record.ts'
import { shanghaiDay } from '#domain/time.ts'
import type { EdgeClock } from '../clock.ts'
import type { Database } from './database.ts'
import type { Journal } from './journal.ts'
import type { SiteKey } from './site-key.ts'

type Options = {
  readonly db: Database
  readonly journal: Journal
  readonly clock: EdgeClock
  readonly site: string
  readonly key: SiteKey
}

type OpenRow = {
  readonly seq: number
  readonly at: string
  readonly class: RecordClass
  readonly hash: string
  readonly bytes: number
}

/** What a row weighs in the file beside its data: hashes, times, keys, and their share of the index. */
const ROW_BYTES = 360

const dayOf = ({ at }: { readonly at: string }): string => shanghaiDay(new Date(at))

const stretchOf = (
  rows: readonly OpenRow[],
  of: { readonly site: string; readonly epoch: number },
): DayClosing | undefined => {
  const [first] = rows
  const last = rows.at(-1)
  if (!first || !last) return undefined
  const counts: ClassCounts = countClasses(rows)
  const { seq: fromSeq } = first
  const { seq: toSeq, hash: head } = last
  return { ...of, day: dayOf(first), fromSeq, toSeq, head, counts }
}

const bytesOf = (rows: readonly OpenRow[], periodic: boolean): number =>
  rows.reduce((sum, row) => ((row.class === 'record') === periodic ? sum + row.bytes + ROW_BYTES : sum), 0)

/** Splits rows where the day of the site's clock changes, whichever way: a clock that was wrong ends a stretch too. */
const byDay = (rows: readonly OpenRow[]): readonly (readonly OpenRow[])[] => {
  const stretches: OpenRow[][] = []
  let day = ''
  for (const row of rows) {
    const its = dayOf(row)
    if (its !== day) stretches.push([])
    stretches.at(-1)?.push(row)
    day = its
  }
  return stretches
}

/** Closes days: states head and counts of each, signed with the site's key, into the journal itself. */
export const createClosings = ({ db, journal, clock, site, key }: Options) => {
  /** The key becomes known before its first signature. */
  const tellKey = (): void => {
    const { kid, jwk } = key
    if (db.get('SELECT 1 FROM site_keys WHERE kid = ?', kid)) return
    journal.append([{ kind: 'site.key', data: { kid, jwk } }], () =>
      db.run('INSERT INTO site_keys VALUES (?, ?)', kid, JSON.stringify(jwk)),
    )
  }

  const write = (rows: readonly OpenRow[]): void => {
    const stretch = stretchOf(rows, { site, epoch: journal.epoch })
    if (!stretch) return
    const closing = signClosing(stretch, key)
    journal.append([{ kind: 'day.closed', data: closing }], () =>
      db.run(
        'INSERT INTO journal_closings (to_seq, from_seq, day, body, record_bytes, lasting_bytes) VALUES (?,?,?,?,?,?)',
        closing.toSeq,
        closing.fromSeq,
        closing.day,
        JSON.stringify(closing),
        bytesOf(rows, true),
        bytesOf(rows, false),
      ),
    )
  }

  const lastClosed = (): number =>
    db.get<{ seq: number | null }>('SELECT max(to_seq) AS seq FROM journal_closings')?.seq ?? 0

  return {
    /** Closes every day that is over. Cheap when none is: to be asked each minute and at every start. Errors: E_DISK_*. */
    closeDays: (): void => {
      tellKey()
      const since = lastClosed()
      const first = db.get<{ at: string }>('SELECT at FROM journal WHERE seq > ? ORDER BY seq LIMIT 1', since)
      const today = shanghaiDay(clock.now())
      if (!first || dayOf(first) === today) return
      journal.flush()
      const rows = db.all<OpenRow>(
        'SELECT seq, at, class, hash, length(CAST(data AS BLOB)) AS bytes FROM journal WHERE seq > ? ORDER BY seq',
        since,
      )
      const stretches = byDay(rows)
      // Only the last one may still grow: one of today before it ended when the clock was moved over midnight.
      const growing = stretches.at(-1)?.[0]
      for (const stretch of growing && dayOf(growing) === today ? stretches.slice(0, -1) : stretches)
        write(stretch)
    },
  }
}

export const readClosings = (db: Pick<Database, 'all'>): readonly SignedClosing[] =>
  db
    .all<{ body: string }>('SELECT body FROM journal_closings ORDER BY to_seq')
    .map(({ body }) => JSON.parse(body) as SignedClosing)

export const readSiteKeys = (db: Pick<Database, 'all'>): ReadonlyMap<string, SiteJwk> =>
  new Map(
    db
      .all<{ kid: string; jwk: string }>('SELECT kid, jwk FROM site_keys')
      .map(({ kid, jwk }) => [kid, JSON.parse(jwk) as SiteJwk]),
  )
