import type { DetectConfig, Reading } from './rule.ts'

/** A reading and how long it stood, ms. */
export interface Span extends Reading {
  readonly ms: number
}

/** A step in time over which nothing is known: silence longer than the rule's `gapMs`, or the clock set back. */
export interface Gap {
  readonly from: number
  readonly to: number
}

/** The usual time between two readings, ms: the median; null where there are not two. */
export const usualInterval = (readings: readonly Reading[]): number | null => {
  const steps = readings
    .slice(1)
    .map(({ at }, before) => at - (readings[before]?.at ?? at))
    .filter(step => step > 0)
    .sort((a, b) => a - b)
  return steps[Math.floor(steps.length / 2)] ?? null
}

/**
 * How long each reading stood: until the next one; the last, and the last before a gap, for one usual interval.
 * Duplicates and late readings, which `detect` leaves out too, stand for nothing and are not among the spans.
 */
export const spansOf = (
  readings: readonly Reading[],
  { gapMs }: Pick<DetectConfig, 'gapMs'>,
): { readonly spans: readonly Span[]; readonly gaps: readonly Gap[] } => {
  const interval = usualInterval(readings) ?? 0
  const spans: Span[] = []
  const gaps: Gap[] = []
  let last: Reading | undefined
  for (const reading of readings) {
    const step = last === undefined ? 0 : reading.at - last.at
    if (last !== undefined && step <= 0 && -step <= gapMs) continue
    if (last !== undefined) {
      const known = Math.abs(step) <= gapMs
      if (!known) gaps.push({ from: last.at, to: reading.at })
      spans.push({ ...last, ms: known ? step : interval })
    }
    last = { at: reading.at, celsius: reading.celsius }
  }
  if (last !== undefined) spans.push({ ...last, ms: interval })
  return { spans, gaps }
}
