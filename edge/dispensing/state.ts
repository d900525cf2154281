import type { CountVerdict, UnitWeight } from '#domain/counting.ts'
import type { CountedItem, Shortage, WithdrawalOutcome } from '#domain/journal/events.ts'

/** One drawer to open: a portion of one item from one lot. */
export type Step = {
  readonly drawer: string
  readonly drug: string
  readonly lot: string
  readonly expiry: string
  readonly expected: number
  readonly pack: UnitWeight
  /** The formulary wants every pack of it scanned. */
  readonly scan?: 'required'
}

/** What a step came to. `grams` = weight lost by the drawer over all its door sessions. */
export type StepResult = {
  readonly grams: number
  readonly doorSessions: number
  readonly taken: number | null
  /** true once the count is exact or a person accepted the difference. */
  readonly settled: boolean
  /** Trace codes of the packs that were scanned at this step. */
  readonly scanned?: readonly string[]
  /** A person said why packs were not scanned (R13). */
  readonly bypassed?: boolean
  /** Packs that were out when the order, the lot or the drawer no longer allowed to take: the drawer opened only to put back. */
  readonly ceiling?: number
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
  /** `code`: the count is exact, but the scanner says something else. */
  | { readonly at: 'judged'; readonly verdict: CountVerdict; readonly code?: 'E_SCAN_COUNT' }
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
  /** Age of the order list at the last unlock (R21). */
  readonly orderListAt: string | null
  /** Less than prescribed was there from the start. */
  readonly partial: Shortage | null
}

export const NO_RESULT: StepResult = { grams: 0, doorSessions: 0, taken: 0, settled: false }

export const stepOf = (w: Withdrawal): Step => {
  const step = w.steps[w.current]
  if (!step) throw new Error('a withdrawal has at least one step')
  return step
}

export const resultOf = (w: Withdrawal): StepResult => w.results[w.current] ?? NO_RESULT

/** Packs that should have left: as prescribed; where more was taken than could still be taken, what could. */
export const allowedOf = ({ expected }: Step, { taken, ceiling }: StepResult): number =>
  ceiling !== undefined && taken !== null && taken > ceiling ? Math.min(expected, ceiling) : expected

export const countedItem = (w: Withdrawal, index: number): CountedItem => {
  const step = w.steps[index]
  const result = w.results[index]
  if (!step || !result) throw new Error(`no step ${index}`)
  const { drug, lot, drawer } = step
  const expected = allowedOf(step, result)
  return { drug, lot, drawer, expected, taken: result.taken, grams: Math.round(result.grams * 100) / 100 }
}

export const countedItems = (w: Withdrawal): readonly CountedItem[] =>
  w.steps.map((_, index) => countedItem(w, index))

export const shortageOf = ({ partial }: Withdrawal): { readonly partial?: Shortage } =>
  partial ? { partial } : {}

/** What was done, by the figures: less than asked for is a partial fill, anything else that differs a discrepancy. */
export const outcomeOf = (
  items: readonly CountedItem[],
  partial: Shortage | null = null,
): WithdrawalOutcome => {
  if (items.every(({ taken, expected }) => taken === expected)) return partial ? 'partial' : 'matched'
  const onlyLess = items.every(({ taken, expected }) => taken !== null && taken >= 0 && taken <= expected)
  return onlyLess ? 'partial' : 'discrepancy'
}
