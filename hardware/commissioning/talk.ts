import type { CabinetPlan } from '../plan-schema.ts'
import { REFERENCE_PART } from '../plan-warnings.ts'

/** Something said to the person. Tests and programs go by `code`. */
export type Notice = { readonly code: string; readonly zh: string; readonly en: string }

export type Seen = 'open' | 'closed' | 'unknown'

/** What the hook switches say, by drawer, as the plan now reads them. */
export type Sight = Readonly<Record<string, Seen>>

/** A stable weight, and the scale's smallest step as far as its figures show it, both in grams. */
export type Weight = { readonly grams: number; readonly resolution: number }

/** What the walk wants next; one at a time. `pulse` is the only one that moves anything. */
export type Request =
  | { readonly is: 'ask'; readonly question: Notice }
  | { readonly is: 'pulse'; readonly drawer: string }
  /** Until so long after the last pulse. */
  | { readonly is: 'rest'; readonly ms: number }
  | { readonly is: 'look' }
  | { readonly is: 'zero'; readonly drawer: string }
  | { readonly is: 'span'; readonly drawer: string; readonly grams: number }
  | { readonly is: 'weigh'; readonly drawer: string }
  /** Weigh again and again for so long; the trace is what it showed at rest. */
  | { readonly is: 'watch'; readonly drawer: string; readonly ms: number }
  | { readonly is: 'measure'; readonly thermometer: string }
  | { readonly is: 'save'; readonly plan: CabinetPlan }
  | { readonly is: 'end'; readonly outcome: 'complete' | 'incomplete' | 'stopped' }

export type Failure = {
  readonly is: 'failed'
  readonly code: string
  readonly kind: 'transient' | 'ambiguous' | 'permanent'
  readonly zh: string
  readonly en: string
}

/** What came of the request. */
export type Event =
  | { readonly is: 'answered'; readonly text: string }
  | { readonly is: 'done' }
  | { readonly is: 'seen'; readonly sight: Sight }
  | ({ readonly is: 'weighed' } & Weight)
  | { readonly is: 'watched'; readonly trace: readonly number[]; readonly resolution: number }
  | { readonly is: 'measured'; readonly celsius: number }
  | Failure

/** Which event answers which request; anything else is no answer and changes nothing. */
export const ANSWERS = {
  ask: 'answered',
  pulse: 'done',
  rest: 'done',
  look: 'seen',
  zero: 'done',
  span: 'done',
  weigh: 'weighed',
  watch: 'watched',
  measure: 'measured',
  save: 'done',
  end: undefined,
} as const satisfies Record<Request['is'], Event['is'] | undefined>

export type Limits = {
  /** A coil rests so long between two pulses (PROTOCOLS: at least 5 s). */
  readonly restMs: number
  /** Pulses for one drawer that does not open. */
  readonly tries: number
  /** Weight error allowed, as a part of the reference weight; never less than three steps of the scale. */
  readonly weightPart: number
  /** How long a light thing is watched for zero tracking. */
  readonly watchMs: number
  /** Accuracy of a thermometer within 0 … 40 °C (GSP 附录3). */
  readonly celsius: number
}

export const LIMITS: Limits = {
  restMs: 5_000,
  tries: 3,
  weightPart: REFERENCE_PART,
  watchMs: 30_000,
  celsius: 0.5,
}

/** What a step may know. `today` as YYYY-MM-DD; `by` the technician. */
export type Context = {
  readonly plan: CabinetPlan
  readonly today: string
  readonly by: string
  readonly limits: Limits
}

/** A step goes on with a request, or is over. */
export type Turn<S> =
  | { readonly state: S; readonly request: Request; readonly notices?: readonly Notice[] }
  | { readonly over: 'done' | 'failed'; readonly notices?: readonly Notice[] }

export const isYes = (text: string): boolean => /^(y|yes|是|好)$/i.test(text.trim())

export const isNo = (text: string): boolean => /^(n|no|否|没有|无)$/i.test(text.trim())

/** A decimal number as a person types it; undefined for anything else. */
export const numberIn = (text: string): number | undefined => {
  const plain = text.trim()
  return /^[+-]?\d{1,7}(?:\.\d{1,6})?$/.test(plain) ? Number(plain) : undefined
}
