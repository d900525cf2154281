import type { HistoryChartBucket, HistorySample } from './port.ts'

const MINUTE = 60_000

/**
 * How long a reading stands: until the next one, if that comes within five minutes; else one minute, the longest time
 * between two measurements. Nothing is known of the rest, and no minute is counted for it.
 */
export const STANDS_MS = 5 * MINUTE
const ALONE_MS = MINUTE

/** °C or whatever the series is in; strict: a value equal to a limit is within. */
export type FoldLimits = { readonly low: number; readonly high: number }

type Span = { readonly from: number; readonly to: number; readonly width: number } & FoldLimits

type Open = {
  -readonly [K in keyof HistoryChartBucket]: HistoryChartBucket[K]
}

/**
 * Buckets of `width` ms counted from `from`: extremes of the readings that stood in it, and for how long they stood
 * over, under and at all. `samples` in order of time, from `STANDS_MS` before `from` to `STANDS_MS` after `to`. A bucket
 * in which nothing stood is left out.
 */
export const foldSamples = (
  samples: readonly HistorySample[],
  { from, to, width, low, high }: Span,
): readonly HistoryChartBucket[] => {
  const buckets: Open[] = []
  const bucketAt = (at: number): Open => {
    const last = buckets.at(-1)
    if (last?.at === at) return last
    const fresh = { at, min: Infinity, max: -Infinity, coveredMs: 0, overMs: 0, underMs: 0 }
    buckets.push(fresh)
    return fresh
  }
  for (let index = 0; index < samples.length; index += 1) {
    const { at, value } = samples[index] as HistorySample
    const step = (samples[index + 1]?.at ?? Infinity) - at
    const end = Math.min(to, at + (step <= STANDS_MS ? step : ALONE_MS))
    for (let start = Math.max(at, from); start < end; ) {
      const slot = from + Math.floor((start - from) / width) * width
      const stop = Math.min(end, slot + width)
      const bucket = bucketAt(slot)
      if (value < bucket.min) bucket.min = value
      if (value > bucket.max) bucket.max = value
      bucket.coveredMs += stop - start
      if (value > high) bucket.overMs += stop - start
      else if (value < low) bucket.underMs += stop - start
      start = stop
    }
  }
  return buckets
}

/** Buckets made of finer ones; `width` and `from` are whole multiples of theirs. */
export const mergeBuckets = (
  parts: readonly HistoryChartBucket[],
  { from, width }: { readonly from: number; readonly width: number },
): readonly HistoryChartBucket[] => {
  const merged: Open[] = []
  for (const part of parts) {
    const at = from + Math.floor((part.at - from) / width) * width
    const last = merged.at(-1)
    if (last?.at !== at) {
      merged.push({ ...part, at })
      continue
    }
    last.min = Math.min(last.min, part.min)
    last.max = Math.max(last.max, part.max)
    last.coveredMs += part.coveredMs
    last.overMs += part.overMs
    last.underMs += part.underMs
  }
  return merged
}
