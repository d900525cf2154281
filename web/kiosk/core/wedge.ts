/**
 * A keyboard-wedge scanner types what it read, a key each few milliseconds, and ends with Enter. No hand is that fast,
 * so the gaps tell a scan from keys. Keys are held until it is clear which they were: a badge must not fill in a PIN.
 */
const BURST_GAP_MS = 45
/** How long a key is held before it counts as typed. */
export const HOLD_MS = 60
/** Two quick fingers are no scanner. */
const SHORTEST_SCAN = 4

export type Wedge = { readonly held: readonly string[]; readonly lastAt: number }
export type Heard = {
  readonly wedge: Wedge
  /** Keys a hand pressed, in order. */
  readonly typed: readonly string[]
  /** The text a scanner read. */
  readonly scan: string | null
}

export const IDLE: Wedge = { held: [], lastAt: Number.NEGATIVE_INFINITY }

const isScan = (held: readonly string[]): boolean => held.length >= SHORTEST_SCAN

/** `key` as the browser names it, `at` in milliseconds of the event's own clock. */
export const press = (wedge: Wedge, key: string, at: number): Heard => {
  const burst = wedge.held.length > 0 && at - wedge.lastAt <= BURST_GAP_MS
  const before = burst ? [] : wedge.held
  const held = burst ? wedge.held : []
  if (key === 'Enter' && isScan(held)) return { wedge: IDLE, typed: before, scan: held.join('') }
  if (key.length === 1) return { wedge: { held: [...held, key], lastAt: at }, typed: before, scan: null }
  return { wedge: IDLE, typed: [...before, ...held, key], scan: null }
}

/** Nothing came for `HOLD_MS`: what is held was typed, or is a scan of a scanner that sends no Enter. */
export const quiet = ({ held }: Wedge): Heard =>
  isScan(held) ? { wedge: IDLE, typed: [], scan: held.join('') } : { wedge: IDLE, typed: held, scan: null }
