import type { QuarantineView } from '#cloud-sync/contract/edge-stock.ts'
import type { History } from '#cloud-sync/history/port.ts'
import { meanKinetic } from '#domain/cold-chain/mkt.ts'
import { spansOf } from '#domain/cold-chain/spans.ts'
import { codeOf } from '#domain/error.ts'
import type { JournalEvents } from '#domain/journal/events.ts'
import { MINUTE } from '#domain/time.ts'
import type { EdgeClock } from '../clock.ts'
import type { Database } from '../journal/database.ts'

type Options = {
  readonly db: Database
  readonly history: History
  readonly clock: EdgeClock
  readonly site: string
}

export type ExcursionEvidence = QuarantineView['excursions'][number]

/** Silence longer than this is not counted into the mean. */
const GAP_MS = 5 * MINUTE
/** Null: nobody measured it. */
const most = (
  pick: (...values: number[]) => number,
  own: number | null,
  before: number | null,
): number | null => (own === null || before === null ? own : pick(own, before))
const round = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits

/** What the goods went through, out of the journal and the raw samples (R20). */
export const createEvidence = ({ db, history, clock, site }: Options) => {
  const record = <K extends 'excursion.alarm' | 'excursion.ended'>(
    kind: K,
    excursion: string,
  ): JournalEvents[K] | undefined => {
    const row = db.get<{ data: string }>(
      `SELECT data FROM journal WHERE kind = ? AND json_extract(data, '$.excursion') = ? ORDER BY seq DESC LIMIT 1`,
      kind,
      excursion,
    )
    return row && (JSON.parse(row.data) as JournalEvents[K])
  }
  const samples = async (channel: string, from: number, to: number) => {
    try {
      const read = await history.range({ series: 'temperature', site, channel, from, to })
      return read.map(({ at, value }) => ({ at, celsius: value }))
    } catch (error) {
      // Without the samples there is no mean; the journal's own figures stand.
      if (codeOf(error).startsWith('E_HISTORY_')) return []
      throw error
    }
  }
  return {
    /** Null: the journal knows nothing of it (any more). */
    of: async (excursion: string): Promise<ExcursionEvidence | null> => {
      const alarm = record('excursion.alarm', excursion)
      if (!alarm) return null
      const ended = record('excursion.ended', excursion)
      const from = Date.parse(alarm.start)
      const to = ended ? Date.parse(ended.end) : clock.now().getTime()
      const { spans } = spansOf(await samples(alarm.thermometer, from, to), { gapMs: GAP_MS })
      const celsius = spans.map(span => span.celsius)
      const extreme = (pick: (...values: number[]) => number): number | null =>
        celsius.length > 0 ? celsius.reduce((a, b) => pick(a, b)) : null
      // The mean says nothing of goods that froze.
      const mkt =
        alarm.side === 'hot'
          ? meanKinetic(spans.map(span => ({ celsius: span.celsius, weight: span.ms })))
          : null
      // Where minutes add up, the goods lay through the runs before it too.
      const { minutes: before = 0, min = null, max = null } = alarm.earlier ?? {}
      return {
        thermometer: alarm.thermometer,
        side: alarm.side,
        start: alarm.start,
        end: ended?.end ?? null,
        minutes: round(before + (ended?.minutes ?? (to - from) / MINUTE), 1),
        min: most(Math.min, ended?.min ?? extreme(Math.min), min),
        max: most(Math.max, ended?.max ?? extreme(Math.max), max),
        mkt: mkt === null ? null : round(mkt, 2),
      }
    },
  }
}

export type EvidenceSource = ReturnType<typeof createEvidence>
