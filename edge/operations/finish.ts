import type { JournalEvents, NewEvent } from '#domain/journal/events.ts'
import type {
  LotStatus,
  Movement,
  NewLot,
  OperationKind,
  OperationOutcome,
} from '#domain/journal/events-operations.ts'
import { isUnnamed } from '#domain/unnamed-lot.ts'
import { agreesWithWeight, isOneLot, untouched } from './judge.ts'
import { doorOf, type Line, lineOf, type Operation, TRAITS } from './state.ts'

/** Packs that went in or out by what is decided: the person's figure before the scale's. Null: nobody knows. */
export const movedOf = (op: Operation): number | null => {
  const { entered, promised } = lineOf(op)
  return entered === null ? op.measured : entered * Math.sign(promised)
}

const changeOf = (op: Operation, line: Line): number => {
  if (isOneLot(op)) return movedOf(op) ?? 0
  if (line.entered === null) return 0
  return TRAITS[op.kind].figures === 'there' ? line.entered - line.ledger : -line.entered
}

const movementsOf = (op: Operation): readonly Movement[] =>
  op.lines.flatMap(line => {
    const quantity = changeOf(op, line)
    const { drug, lot } = line
    return quantity === 0 ? [] : [{ drug, lot, drawer: op.drawer, quantity }]
  })

/** How a lot stands that this kind brings; undefined = it brings none. What a count finds without a name nobody picks. */
const BRINGS: Readonly<Partial<Record<OperationKind, LotStatus>>> = {
  restock: 'available',
  return: 'returned',
  count: 'quarantined',
}

const lotsOf = ({ kind, lines, drawer }: Operation): readonly NewLot[] => {
  const status = BRINGS[kind]
  if (status === undefined) return []
  const brought = kind === 'count' ? lines.filter(({ lot }) => isUnnamed(lot)) : lines
  return brought.map(({ drug, lot, expiry, pack, nominal }) => ({
    ...{ drug, lot, drawer, expiry, status },
    // A lot that nobody could weigh counts by the formulary's weight, and says so by its reference.
    packGrams: pack?.grams ?? nominal ?? 1,
    packCv: pack?.cv ?? 0.05,
    reference: pack?.reference ?? 1,
  }))
}

type Case = JournalEvents['case.opened']
type Difference = Pick<Case, 'drug' | 'lot' | 'expected' | 'found'>

const oneLotDifference = (op: Operation): readonly Difference[] => {
  const { drug, lot, promised } = lineOf(op)
  const moved = movedOf(op)
  if (moved === promised && op.measured === promised) return []
  // Where person and paper agree and the scale does not, the case says what the scale found.
  const found = moved === promised ? op.measured : moved
  // Negative: it went the other way.
  const way = Math.sign(promised)
  return [{ drug, lot, expected: promised * way, found: found === null ? null : found * way + 0 }]
}

/** Something moved that no figure explains. */
const unexplained = (op: Operation): readonly Difference[] => {
  const [line] = op.lines
  return [{ drug: line?.drug ?? '', lot: line?.lot ?? '', expected: line?.ledger ?? 0, found: null }]
}

const countDifferences = (op: Operation): readonly Difference[] => {
  const lines = op.lines.flatMap(({ drug, lot, ledger: expected, entered: found }) =>
    found === expected ? [] : [{ drug, lot, expected, found }],
  )
  return lines.length === 0 && untouched(op) === false ? unexplained(op) : lines
}

const differencesOf = (op: Operation): readonly Difference[] => {
  if (isOneLot(op)) return oneLotDifference(op)
  if (op.kind === 'count') return countDifferences(op)
  if (op.kind === 'break-glass' && !agreesWithWeight(op)) return unexplained(op)
  return []
}

/** The end of an operation: movements, cases and outcome follow from the figures alone. */
export const endOf = (
  op: Operation,
  { cancelled = false } = {},
): { readonly state: Operation; readonly events: readonly NewEvent[] } => {
  const cases = cancelled
    ? []
    : differencesOf(op).map((difference, index): NewEvent => {
        const { session, drawer, actor } = op
        return {
          kind: 'case.opened',
          data: { case: `${session}-${index}`, session, drawer, actor, ...difference },
        }
      })
  const outcome: OperationOutcome = cancelled ? 'cancelled' : cases.length > 0 ? 'discrepancy' : 'done'
  const movements = cancelled ? [] : movementsOf(op)
  const lots = movements.length > 0 ? lotsOf(op) : []
  const data = {
    ...doorOf(op),
    actor: op.actor,
    authority: op.authority,
    outcome,
    movements,
    ...(lots.length > 0 ? { lots } : {}),
    witness: op.witness,
    reason: [op.why, op.reason].filter(Boolean).join('；') || null,
  }
  const end: NewEvent =
    op.note === null
      ? { kind: 'operation.completed', data }
      : { kind: 'operation.reviewed', data: { ...data, note: op.note } }
  return { state: { ...op, phase: { at: 'finished', outcome } }, events: [...cases, end] }
}
