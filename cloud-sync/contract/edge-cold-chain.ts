/** The edge's API for records and charts of the cold chain. Times ISO 8601 UTC unless said otherwise; °C; minutes. */
import type { Text } from './edge-api.ts'

/** GET /api/temperatures. `points`: [ms, min, max] of buckets of the last 24 h. */
export type ThermometerView = {
  readonly id: string
  readonly name: string
  readonly low: number
  readonly high: number
  /** Sides on which the limit itself is out. */
  readonly atLimitOut?: readonly ('cold' | 'hot')[]
  /** By which it alarms; its limits may be others than the range `low` … `high`. Unsaid by an older agent. */
  readonly rule?: { readonly version: string; readonly text: Text }
  readonly celsius: number | null
  readonly at: string | null
  readonly fault: string | null
  readonly state: 'ok' | 'out-of-range' | 'excursion' | 'no-data'
  /** Minutes until `limit` (°C) is passed, 0 = it is; null = no way out of range is seen. An estimate: say 预计. */
  readonly forecast: {
    readonly side: 'cold' | 'hot'
    readonly minutes: number
    readonly limit: number
  } | null
  /** Of the refrigerator's own door; unsaid where no contact watches it. */
  readonly door?: 'open' | 'closed' | 'unknown'
  readonly points: readonly (readonly [number, number, number])[]
}

/**
 * GET /api/excursions → OngoingExcursion[]. POST /api/excursions/{id}/close {how: 'sensor-lost' | 'sensor-replaced', reason}
 * → OngoingExcursion[] ends one that no reading will end.
 */
export type OngoingExcursion = {
  readonly id: string
  readonly thermometer: string
  readonly name: string
  readonly side: 'cold' | 'hot'
  readonly start: string
  readonly alarmAt: string
  readonly min: number
  readonly max: number
}

/**
 * GET /api/cold-chain/{thermometer}/series?from&to&points (ISO 8601; `points` ≤ 2,000, default 600) → buckets as uPlot's
 * columns. The window is widened to whole buckets. `min` null: nothing was measured in it. Never an average.
 */
export type ColdSeriesView = {
  readonly thermometer: string
  readonly name: string
  /** The newest limits of the window. */
  readonly low: number
  readonly high: number
  /** Each change of them in the window, oldest first, from seconds since 1970 on; absent: they were the same all through. */
  readonly limits?: readonly { readonly at: number; readonly low: number; readonly high: number }[]
  /** By which it alarms; its limits may be others than `low` … `high`, which are the range. Unsaid at the centre. */
  readonly rule?: { readonly version: string; readonly text: Text }
  readonly from: string
  readonly to: string
  /** Seconds of one bucket. */
  readonly width: number
  /** Seconds since 1970 at which each begins; °C; minutes over and under the limits; 0 … 1 of it measured. */
  readonly columns: {
    readonly at: readonly number[]
    readonly min: readonly (number | null)[]
    readonly max: readonly (number | null)[]
    readonly over: readonly number[]
    readonly under: readonly number[]
    readonly coverage: readonly number[]
  }
  /** Of the part of the window that is past. */
  readonly summary: {
    readonly min: number | null
    readonly max: number | null
    readonly minutesOver: number
    readonly minutesUnder: number
    readonly coverage: number
  }
}

/**
 * GET /api/cold-chain/{thermometer}/events?from&to, oldest first, at most 2,000. `end` null: going on, or a moment.
 * `door`: a drawer this thermometer watches; `mains`: without mains. What was replayed from a file is not among them.
 */
export type ColdEventView = {
  readonly what: 'door' | 'mains' | 'excursion' | 'acknowledged' | 'suspect' | 'fault'
  readonly start: string
  readonly end: string | null
  readonly text: Text
  /** Of a file that was played: nobody measured it (the centre shows such; the edge does not). */
  readonly replayed?: boolean
}

/** GET /api/cold-chain/{thermometer}/report?day=YYYY-MM-DD | month=YYYY-MM & format=pdf | csv | json (default pdf). */
export type ColdReportFormat = 'pdf' | 'csv' | 'json'
