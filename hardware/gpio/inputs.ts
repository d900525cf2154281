import { type Debounce, debounce, startDebounce } from './debounce.ts'
import type { InputLine } from './lines.ts'

export type WatchedInput = { readonly pin: number; readonly debounceMs: number; readonly line: InputLine }

export type Inputs = {
  /** Samples every line once. Throws when one cannot be read: it was taken away from us. */
  readonly poll: (now: number) => void
  /** True when each has shown a settled level. */
  readonly settled: () => boolean
}

/** Tells each settled change of its inputs, the first level included. */
export const watchInputs = (
  inputs: readonly WatchedInput[],
  onLevel: (pin: number, high: boolean) => void,
): Inputs => {
  const states = new Map<number, Debounce>()
  return {
    poll: now => {
      for (const { pin, debounceMs, line } of inputs) {
        const high = line.isHigh()
        const before = states.get(pin) ?? startDebounce(high, now)
        const after = debounce(before, { high, now, debounceMs })
        states.set(pin, after)
        if (after.settled !== undefined && after.settled !== before.settled) onLevel(pin, after.settled)
      }
    },
    settled: () => inputs.every(({ pin }) => states.get(pin)?.settled !== undefined),
  }
}
