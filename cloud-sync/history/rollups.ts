/**
 * Rollups of one SQLite history: what any zoom is drawn from without reading every sample. Invariants:
 * - `folded.upto` is a slot; every slot before it is stored as its samples say, in the transaction that wrote them;
 * - what lies from it on is read from the samples themselves, so the card is not written for each of them;
 * - a late sample folds its neighbourhood again, in its own transaction;
 * - a channel nobody has asked a chart of has none.
 */
import type { DatabaseSync } from 'node:sqlite'
import { type FoldLimits, foldSamples, mergeBuckets, STANDS_MS } from './fold.ts'
import type { HistoryChart, HistoryChartBucket, HistoryKey, HistoryPoint, HistorySample } from './port.ts'

/** Ten minutes, and two hours: midnight in Shanghai is a multiple of both. */
const SLOT = 10 * 60_000
const COARSE = 12 * SLOT
/** Folded at one go: a few milliseconds on a Pi. */
const CHUNK = 36 * COARSE

export const ROLLUPS = `
  CREATE TABLE folded (
    series TEXT NOT NULL, site TEXT NOT NULL, channel TEXT NOT NULL, id INTEGER NOT NULL UNIQUE,
    low REAL NOT NULL, high REAL NOT NULL, upto INTEGER NOT NULL,
    PRIMARY KEY (series, site, channel)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE slot (
    channel INTEGER NOT NULL, width INTEGER NOT NULL, at INTEGER NOT NULL,
    min REAL NOT NULL, max REAL NOT NULL, covered INTEGER NOT NULL, over INTEGER NOT NULL, under INTEGER NOT NULL,
    PRIMARY KEY (channel, width, at)
  ) STRICT, WITHOUT ROWID;`

type Folded = FoldLimits & HistoryKey & { readonly id: number; readonly upto: number }
type Range = { readonly from: number; readonly to: number }

const floorTo = (at: number, width: number): number => Math.floor(at / width) * width

/** Stretches of slots whose sums a write may have changed: its own, the one before and the one after. */
const stretches = (times: readonly number[], before: number): readonly Range[] => {
  const slots = [...new Set(times.flatMap(at => [-SLOT, 0, SLOT].map(by => floorTo(at + by, SLOT))))]
    .filter(slot => slot >= 0 && slot < before)
    .sort((a, b) => a - b)
  const found: { from: number; to: number }[] = []
  for (const slot of slots) {
    const last = found.at(-1)
    if (last && slot <= last.to + COARSE) last.to = slot + SLOT
    else found.push({ from: slot, to: slot + SLOT })
  }
  return found
}

// Integers go in as bigint: node:sqlite binds every number as a float.
const statements = (db: DatabaseSync) => {
  const key = 'series = ? AND site = ? AND channel = ?'
  const samples = db.prepare(`SELECT at, value FROM point WHERE ${key} AND at >= ? AND at < ? ORDER BY at`)
  const edge = (what: 'min' | 'max') => {
    const found = db.prepare(`SELECT ${what}(at) AS at FROM point WHERE ${key}`)
    return ({ series, site, channel }: HistoryKey) => {
      const at = found.get(series, site, channel)?.at
      return typeof at === 'number' ? at : undefined
    }
  }
  const read = db.prepare(
    `SELECT at, min, max, covered AS coveredMs, over AS overMs, under AS underMs
     FROM slot WHERE channel = ? AND width = ? AND at >= ? AND at < ? ORDER BY at`,
  )
  const clear = db.prepare('DELETE FROM slot WHERE channel = ? AND width = ? AND at >= ? AND at < ?')
  const put = db.prepare('INSERT INTO slot VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  const find = db.prepare(`SELECT * FROM folded WHERE ${key}`)
  const all = db.prepare('SELECT count(*) AS n FROM folded')
  const begin = db.prepare(
    `INSERT INTO folded (series, site, channel, id, low, high, upto)
     VALUES (?, ?, ?, (SELECT coalesce(max(id), 0) + 1 FROM folded), ?, ?, ?)
     ON CONFLICT DO UPDATE SET low = excluded.low, high = excluded.high, upto = excluded.upto`,
  )
  const move = db.prepare('UPDATE folded SET upto = ? WHERE id = ?')
  return {
    samples: ({ series, site, channel }: HistoryKey, { from, to }: Range) =>
      samples.all(series, site, channel, BigInt(from), BigInt(to)) as unknown as readonly HistorySample[],
    first: edge('min'),
    last: edge('max'),
    read: (id: number, width: number, { from, to }: Range) =>
      read.all(
        BigInt(id),
        BigInt(width),
        BigInt(from),
        BigInt(to),
      ) as unknown as readonly HistoryChartBucket[],
    replace: (id: number, width: number, { from, to }: Range, buckets: readonly HistoryChartBucket[]) => {
      const owner = [BigInt(id), BigInt(width)] as const
      clear.run(...owner, BigInt(from), BigInt(to))
      for (const { at, min, max, coveredMs, overMs, underMs } of buckets)
        put.run(...owner, BigInt(at), min, max, BigInt(coveredMs), BigInt(overMs), BigInt(underMs))
    },
    find: ({ series, site, channel }: HistoryKey) =>
      find.get(series, site, channel) as unknown as Folded | undefined,
    none: () => all.get()?.n === 0,
    begin: ({ series, site, channel }: HistoryKey, { low, high }: FoldLimits, upto: number) =>
      begin.run(series, site, channel, low, high, BigInt(upto)),
    move: (id: number, upto: number) => move.run(BigInt(upto), BigInt(id)),
  }
}

/** `transact` runs its work in one transaction. */
export const createRollups = (db: DatabaseSync, transact: (work: () => void) => void) => {
  const sql = statements(db)

  const foldRaw = (key: HistoryKey, range: Range, width: number, limits: FoldLimits) => {
    const around = { from: Math.max(0, range.from - STANDS_MS), to: range.to + STANDS_MS }
    const { low, high } = limits
    return foldSamples(sql.samples(key, around), { ...range, width, low, high })
  }

  const fold = (folded: Folded, range: Range): void => {
    sql.replace(folded.id, SLOT, range, foldRaw(folded, range, SLOT, folded))
    const coarse = { from: floorTo(range.from, COARSE), to: floorTo(range.to - 1, COARSE) + COARSE }
    const fine = sql.read(folded.id, SLOT, coarse)
    sql.replace(folded.id, COARSE, coarse, mergeBuckets(fine, { from: coarse.from, width: COARSE }))
  }

  /** The slots that are over and not folded yet, a chunk of them at most. */
  const due = ({ upto, ...key }: Folded): Range | undefined => {
    const to = Math.min(floorTo(sql.last(key) ?? 0, SLOT), upto + CHUNK)
    return to > upto ? { from: upto, to } : undefined
  }

  const advance = (folded: Folded): void => {
    const range = due(folded)
    if (!range) return
    fold(folded, range)
    sql.move(folded.id, range.to)
  }

  const begin = (chart: HistoryChart, before: Folded | undefined): boolean => {
    const first = sql.first(chart)
    if (first === undefined) return false
    transact(() => {
      for (const width of before ? [SLOT, COARSE] : []) sql.replace(before?.id ?? 0, width, EVER, [])
      sql.begin(chart, chart, floorTo(first, SLOT))
    })
    return true
  }

  /** The channel's rollups by these limits, complete when it resolves; made in turns, so that the agent stays awake. */
  const complete = async (chart: HistoryChart): Promise<Folded | undefined> => {
    for (;;) {
      const folded = sql.find(chart)
      if (folded?.low !== chart.low || folded.high !== chart.high) {
        if (!begin(chart, folded)) return undefined
      } else if (due(folded)) transact(() => advance(folded))
      else return folded
      await new Promise(resolve => setImmediate(resolve))
    }
  }

  // One after another: two who ask by different limits would undo each other's work for ever.
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work)
    turn = mine.catch(() => {})
    return mine
  }

  return {
    /** Inside the transaction that writes them. */
    wrote: (points: readonly HistoryPoint[]): void => {
      if (sql.none()) return
      const channels = Map.groupBy(points, ({ series, site, channel }) => `${series}\n${site}\n${channel}`)
      for (const own of channels.values()) {
        const folded = own[0] && sql.find(own[0])
        if (!folded) continue
        const times = own.map(({ at }) => at)
        for (const range of stretches(times, folded.upto)) fold(folded, range)
        advance(folded)
      }
    },
    chart: async (chart: HistoryChart): Promise<readonly HistoryChartBucket[]> => {
      const { from, to, width } = chart
      const level = [COARSE, SLOT].find(one => width % one === 0 && from % one === 0)
      if (level === undefined) return foldRaw(chart, chart, width, chart)
      return inTurn(async () => {
        const folded = await complete(chart)
        if (!folded) return []
        // A coarse slot is stored once all of it is folded.
        const upto = Math.min(floorTo(folded.upto, level), floorTo(to, level))
        const stored = sql.read(folded.id, level, { from, to: upto })
        const rest = Math.max(from, upto)
        const recent = rest < to ? foldRaw(chart, { from: rest, to }, SLOT, chart) : []
        return mergeBuckets([...stored, ...recent], chart)
      })
    },
  }
}

const EVER = { from: 0, to: 9e15 }
