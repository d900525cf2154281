import type { CountVerdict, UnitWeight } from '#domain/counting.ts'
import type { CountedItem, WithdrawalOutcome } from '#domain/journal/events.ts'

/** One drawer to open: a portion of one item from one lot. */
export type Step = {
  readonly drawer: string
  readonly drug: string
  readonly lot: string
  readonly expiry: string
  readonly expected: number
  readonly pack: UnitWeight
}

/** What a step came to. `grams` = weight lost by the drawer over all its door sessions. */
export type StepResult = {
  readonly grams: number
  readonly doorSessions: number
  readonly taken: number | null
  /** true once the count is exact or a person accepted the difference. */
  readonly settled: boolean
}

export type Purpose = 'take' | 'put-back'

export type Wish = { readonly type: 'accept' | 'cancel'; readonly reason: string }

/** Where the current step stands. Only `open` has an unlocked drawer; `pulsing` and `confirming` may have. */
export type Phase =
  | { readonly at: 'idle' }
  /** `since` = weight before an earlier pulse of this step that nobody saw the outcome of. */
  | { readonly at: 'weighing-before'; readonly purpose: Purpose; readonly since?: number }
  | { readonly at: 'intending'; readonly purpose: Purpose; readonly before: number }
  | { readonly at: 'pulsing'; readonly before: number }
  | { readonly at: 'confirming'; readonly before: number }
  | { readonly at: 'open'; readonly before: number }
  /** `wish` = what the person asked for before the weight was known. */
  | { readonly at: 'weighing-after'; readonly before: number; readonly wish?: Wish }
  | { readonly at: 'judged'; readonly verdict: CountVerdict }
  /** `before` = weight before the pulse, if one went out: the drawer may have opened unseen. */
  | { readonly at: 'failed'; readonly code: string; readonly before?: number }
  /** `before` = weight before the unlock that was under way, if one was. */
  | { readonly at: 'review'; readonly code: string; readonly before?: number }
  | { readonly at: 'finished'; readonly outcome: WithdrawalOutcome }

/** A withdrawal, as plain data: it is stored with every journal record that changes it. */
export type Withdrawal = {
  readonly session: string
  readonly jti: string
  readonly rx: string
  readonly actor: string
  readonly startedAt: string
  readonly steps: readonly Step[]
  readonly results: readonly StepResult[]
  readonly current: number
  /** Pulses sent for the current step: at most `MAX_TRIES`, each one asked for by a person. */
  readonly tries: number
  readonly phase: Phase
  readonly reason: string | null
}

export const MAX_TRIES = 3
/** Standard deviation of the difference of two stable weighings, grams; commissioning will measure it per cell. */
export const SCALE_SD = 0.1

export const NO_RESULT: StepResult = { grams: 0, doorSessions: 0, taken: 0, settled: false }

export const stepOf = (w: Withdrawal): Step => {
  const step = w.steps[w.current]
  if (!step) throw new Error('a withdrawal has at least one step')
  return step
}

export const resultOf = (w: Withdrawal): StepResult => w.results[w.current] ?? NO_RESULT

export const countedItem = (w: Withdrawal, index: number): CountedItem => {
  const step = w.steps[index]
  const result = w.results[index]
  if (!step || !result) throw new Error(`no step ${index}`)
  const { drug, lot, drawer, expected } = step
  return { drug, lot, drawer, expected, taken: result.taken, grams: Math.round(result.grams * 100) / 100 }
}

export const countedItems = (w: Withdrawal): readonly CountedItem[] =>
  w.steps.map((_, index) => countedItem(w, index))

/** What was done, by the figures: less than asked for is a partial fill, anything else that differs a discrepancy. */
export const outcomeOf = (items: readonly CountedItem[]): WithdrawalOutcome => {
  if (items.every(({ taken, expected }) => taken === expected)) return 'matched'
  const onlyLess = items.every(({ taken, expected }) => taken !== null && taken >= 0 && taken <= expected)
  return onlyLess ? 'partial' : 'discrepancy'
}
