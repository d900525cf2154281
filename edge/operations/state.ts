import type { Authority } from '#domain/authority.ts'
import type { UnitWeight } from '#domain/counting.ts'
import type { Door, OperationKind, OperationOutcome } from '#domain/journal/events-operations.ts'

/** One lot that an operation is about. */
export type Line = {
  readonly drug: string
  readonly lot: string
  readonly expiry: string
  /** Packs in this drawer by the ledger when the session began. */
  readonly ledger: number
  /** Packs that are to go in (positive) or out; 0 where none is promised: a count, break-glass. */
  readonly promised: number
  /** Null: this lot was never weighed here. */
  readonly pack: UnitWeight | null
  /** Weight of a pack by the formulary, grams; a lot has its own. */
  readonly nominal: number | null
  /** The person's own figure: packs there (count), packs moved (all others). */
  readonly entered: number | null
}

export type Figure = { readonly drug: string; readonly lot: string; readonly quantity: number }

export type Wish = { readonly type: 'accept' | 'cancel'; readonly reason: string }

/**
 * Why a person must look. differs: scale (or count) and paper say different numbers · unknown-object: no whole number of
 * packs weighs this much · ask: the scale cannot tell · new-weight: this lot was never weighed, and its packs would not weigh
 * what the formulary says · weight-moved: counted as the ledger says, but the drawer's weight changed.
 */
export type Why = 'differs' | 'unknown-object' | 'ask' | 'new-weight' | 'weight-moved'

/** `before`: weight before the pulse, null where the scale could not be asked. Only `open` has an unlocked drawer. */
export type Phase =
  | { readonly at: 'idle' }
  /** `since`: weight before an earlier pulse that nobody saw the outcome of. */
  | { readonly at: 'weighing-before'; readonly since?: number | null }
  | { readonly at: 'intending'; readonly before: number | null }
  | { readonly at: 'pulsing'; readonly before: number | null }
  | { readonly at: 'confirming'; readonly before: number | null }
  | { readonly at: 'open'; readonly before: number | null }
  | { readonly at: 'weighing-after'; readonly before: number | null; readonly wish?: Wish }
  | { readonly at: 'entry' }
  | { readonly at: 'judged'; readonly why: Why }
  | { readonly at: 'witness' }
  /** `before`: a pulse went out, and the drawer may have opened unseen. */
  | { readonly at: 'failed'; readonly code: string; readonly before?: number | null }
  | { readonly at: 'review'; readonly code: string; readonly before?: number | null }
  | { readonly at: 'finished'; readonly outcome: OperationOutcome }

/** One door session of the work around withdrawals, as plain data: stored with every journal record that changes it. */
export type Operation = {
  readonly session: string
  /** Empty: the table of sessions wants it of a withdrawal. */
  readonly jti: string
  readonly kind: OperationKind
  readonly authority: Authority
  readonly actor: string
  /** Who began it: no witness of it, whoever goes on with it or closes it. */
  readonly begunBy: string
  /** Who else had it before it was taken over or closed by somebody else. */
  readonly earlier?: readonly string[]
  readonly startedAt: string
  /** Age of the order list at the last unlock (R21). */
  readonly orderListAt: string | null
  readonly drawer: string
  readonly lines: readonly Line[]
  /** A witness signs at the end (R10). */
  readonly witnessed: boolean
  /** Grams that the drawer gained over all its door sessions; null = the scale could not say in one of them. */
  readonly grams: number | null
  readonly doorSessions: number
  /** Packs that moved by the scale, in (positive) or out; null = it cannot say. One-lot operations only. */
  readonly measured: number | null
  /** Times that the person entered figures. */
  readonly attempt: number
  readonly tries: number
  readonly phase: Phase
  /** Why it was begun, as the person said. */
  readonly why: string | null
  /** Why a difference was kept, or nothing done. */
  readonly reason: string | null
  readonly witness: string | null
  /** Set by the person who closed it after an interruption. */
  readonly note: string | null
}

type Traits = {
  /** Without a weight before it nothing may be opened. */
  readonly needsScale: boolean
  /** What the person's figures mean: packs that are there, packs that moved, or there are none. */
  readonly figures: 'there' | 'moved' | 'taken' | 'none'
}

/** A dead scale does not stop what is there to find out what is wrong, nor an emergency. */
export const TRAITS: Readonly<Record<OperationKind, Traits>> = {
  restock: { needsScale: true, figures: 'moved' },
  count: { needsScale: false, figures: 'there' },
  return: { needsScale: true, figures: 'moved' },
  'return-check': { needsScale: true, figures: 'moved' },
  waste: { needsScale: true, figures: 'moved' },
  test: { needsScale: false, figures: 'none' },
  'break-glass': { needsScale: false, figures: 'taken' },
}

/** Everybody whose hands were in it: none of them is its witness (R10). */
export const handsOf = ({ begunBy, earlier = [], actor }: Operation): readonly string[] => [
  begunBy,
  ...earlier,
  actor,
]

/** In somebody else's hands from now on. */
export const handedTo = (op: Operation, actor: string): Operation =>
  op.actor === actor ? op : { ...op, actor, earlier: [...(op.earlier ?? []), op.actor] }

export const doorOf = ({ session, kind, drawer }: Operation): Door => ({ session, operation: kind, drawer })

/** The one lot of an operation that moves packs of one lot. */
export const lineOf = (op: Operation): Line => {
  const [line] = op.lines
  if (!line) throw new Error(`a ${op.kind} is about one lot`)
  return line
}
