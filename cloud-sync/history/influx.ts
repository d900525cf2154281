import { InfluxDB, ResultError } from 'influx'
import { foldSamples, STANDS_MS } from './fold.ts'
import {
  checkBuckets,
  checkPoints,
  checkRange,
  type History,
  HistoryError,
  type HistoryPoint,
  type HistoryRange,
} from './port.ts'

/** InfluxDB's advice for one write is 5,000 … 10,000 points. */
const BATCH = 5_000
const WEEK_MS = 7 * 86_400_000

const source = ({ series, from, to }: HistoryRange): string =>
  `FROM "${series}" WHERE site = $site AND channel = $channel AND time >= ${from}ms AND time < ${to}ms`

const clientOf = (url: string) => {
  // `influx:8086` is a URL too, of protocol "influx:"; taken as one it would be "away" for ever.
  if (!/^https?:/.test(url) || !URL.canParse(url)) {
    throw new HistoryError('E_HISTORY_URL', 'INFLUX_URL: http://host:8086/database')
  }
  const { protocol, hostname, port, username, password, pathname } = new URL(url)
  const https = protocol === 'https:'
  const database = decodeURIComponent(pathname.slice(1)) || 'yaogui'
  const client = new InfluxDB({
    host: hostname,
    port: port === '' ? (https ? 443 : 8086) : Number(port),
    protocol: https ? 'https' : 'http',
    username: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database,
    // One host: the client's own retries would only take it out of its list. The caller retries.
    pool: { maxRetries: 0 },
  })
  return { client, database }
}

/** The client reports a refusal as an answer with a status; everything else means that nobody answered. */
const asHistoryError = (error: unknown): HistoryError => {
  if (error instanceof HistoryError) return error
  const refused = error instanceof ResultError || (error instanceof Error && 'res' in error)
  // Not as `cause`: the client's errors carry the whole request, the password with it.
  return new HistoryError(refused ? 'E_HISTORY_REFUSED' : 'E_HISTORY_AWAY', `InfluxDB: ${String(error)}`)
}

/** The client waits for ever for an answer that was cut off in its middle; this does not. */
const ask = async <T>(answer: Promise<T>, deadlineMs: number): Promise<T> => {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`> ${deadlineMs} ms`)), deadlineMs)
  try {
    return await Promise.race([answer, late.promise])
  } catch (error) {
    throw asHistoryError(error)
  } finally {
    clearTimeout(timer)
  }
}

const asLine = ({ series, site, channel, at, value }: HistoryPoint) => ({
  measurement: series,
  tags: { site, channel },
  fields: { value },
  timestamp: at,
})

interface Row {
  readonly time: Date
}

export interface InfluxHistoryOptions {
  readonly url: string
  /** For each request, in milliseconds. */
  readonly deadlineMs?: number
}

/**
 * History in InfluxDB 1.x at `http://[user:password@]host:8086[/database]`; the database (`yaogui` unless named)
 * is created with the server's default retention, which keeps everything.
 * @throws {HistoryError} E_HISTORY_URL, E_HISTORY_AWAY, E_HISTORY_REFUSED
 */
export const openInfluxHistory = async ({
  url,
  deadlineMs = 30_000,
}: InfluxHistoryOptions): Promise<History> => {
  const { client, database } = clientOf(url)
  await ask(client.createDatabase(database), deadlineMs)
  const rows = <T>(query: string, { site, channel }: HistoryRange): Promise<readonly (T & Row)[]> =>
    ask(client.query<T & Row>(query, { precision: 'ms', placeholders: { site, channel } }), deadlineMs)
  return {
    write: async points => {
      checkPoints(points)
      for (let first = 0; first < points.length; first += BATCH) {
        const batch = points.slice(first, first + BATCH).map(asLine)
        await ask(client.writePoints(batch, { precision: 'ms' }), deadlineMs)
      }
    },
    range: async range => {
      checkRange(range)
      const found = await rows<{ value: number }>(`SELECT value ${source(range)} ORDER BY time`, range)
      return found.map(({ time, value }) => ({ at: time.getTime(), value }))
    },
    buckets: async range => {
      checkBuckets(range)
      // time() counts its buckets from 1970; the offset makes them start at `from`.
      const by = `time(${range.width}ms, ${range.from % range.width}ms)`
      const query = `SELECT min(value), max(value), count(value) ${source(range)} GROUP BY ${by} fill(none)`
      const found = await rows<{ min: number; max: number; count: number }>(query, range)
      return found.map(({ time, min, max, count }) => ({ at: time.getTime(), min, max, count }))
    },
    chart: async chart => {
      checkBuckets(chart)
      // InfluxQL has no time over a limit: the readings themselves are asked for, a week at a time.
      const samples = []
      const { from, to } = { from: Math.max(0, chart.from - STANDS_MS), to: chart.to + STANDS_MS }
      for (let at = from; at < to; at += WEEK_MS) {
        const part = { ...chart, from: at, to: Math.min(to, at + WEEK_MS) }
        const found = await rows<{ value: number }>(`SELECT value ${source(part)} ORDER BY time`, part)
        for (const { time, value } of found) samples.push({ at: time.getTime(), value })
      }
      return foldSamples(samples, chart)
    },
    close: async () => {},
  }
}
