import type { Limits, Weight } from './talk.ts'

/** The smallest step that shows in the figures: 0.1 for 12.3 and 4.5. At least a millionth of a gram. */
export const resolutionOf = (readings: readonly number[]): number => {
  const places = readings.map(grams => {
    const [, fraction = ''] = (Math.round(grams * 1e6) / 1e6).toString().split('.')
    return fraction.length
  })
  return 10 ** -Math.max(0, ...places)
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const high = sorted[sorted.length >> 1] ?? Number.NaN
  const low = sorted[(sorted.length - 1) >> 1] ?? Number.NaN
  return (low + high) / 2
}

const spread = (values: readonly number[]): number => Math.max(...values) - Math.min(...values)

/** The median of the last `count` readings once they lie within `within` of each other. */
export const settled = (
  readings: readonly number[],
  { count, within }: { readonly count: number; readonly within: number },
): number | undefined => {
  const last = readings.slice(-count)
  return last.length === count && spread(last) <= within ? median(last) : undefined
}

/** Grams that a reference weight may be shown wrong: 1 % of it, or three steps of the scale where that is more. */
export const weightTolerance = (grams: number, resolution: number, { weightPart }: Limits): number =>
  Math.max(grams * weightPart, 3 * resolution)

/** Net of the empty drawer, without the binary dust. */
export const netOf = (loaded: Weight, empty: Weight): number =>
  Math.round((loaded.grams - empty.grams) * 1e6) / 1e6

const EIGHTH = 8

/**
 * What a scale made of a light thing put on while it was watched: `trace` are its readings in order, the first of them of
 * the empty pan. A scale that tracks zero lets the thing fade away; one that does not keeps it.
 */
export const judgeTrace = (trace: readonly number[], resolution: number): 'not-seen' | 'fades' | 'stays' => {
  const part = Math.max(1, Math.floor(trace.length / EIGHTH))
  const start = median(trace.slice(0, part))
  const end = median(trace.slice(-part))
  // Medians of three: the knock of a hand is no weight.
  const highest = Math.max(...trace.slice(2).map((_, at) => median(trace.slice(at, at + 3))))
  const noise = spread(trace.slice(0, part))
  const rise = highest - start
  if (!(rise > Math.max(3 * resolution, 2 * noise))) return 'not-seen'
  return end - start < rise / 2 ? 'fades' : 'stays'
}
