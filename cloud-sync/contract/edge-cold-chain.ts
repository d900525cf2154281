/** The edge's API for records and charts of the cold chain. Times ISO 8601 UTC unless said otherwise; °C; minutes. */
import type { Text } from './edge-api.ts'

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
