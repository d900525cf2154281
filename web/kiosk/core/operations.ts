import type {
  OperationAction,
  OperationLine,
  OperationPhase,
  OperationView,
} from '#cloud-sync/contract/edge-operations.ts'
import type { Look } from './look.ts'
import type { Route } from './route.ts'

/** Colour and icon of a phase; the word is `phase.*`. */
export const PHASE_LOOK: Readonly<Record<OperationPhase, Look>> = {
  idle: { tone: 'idle', icon: 'lock' },
  unlocking: { tone: 'info', icon: 'lock' },
  open: { tone: 'info', icon: 'open' },
  weighing: { tone: 'info', icon: 'scale' },
  entry: { tone: 'warning', icon: 'hand' },
  judged: { tone: 'warning', icon: 'warning' },
  witness: { tone: 'warning', icon: 'person' },
  failed: { tone: 'error', icon: 'cross' },
  review: { tone: 'error', icon: 'warning' },
  finished: { tone: 'ok', icon: 'check' },
}

/** How it ended; the word is `ended.*`. */
export const ENDED_LOOK: Readonly<Record<NonNullable<OperationView['outcome']>, Look>> = {
  done: { tone: 'ok', icon: 'check' },
  discrepancy: { tone: 'error', icon: 'warning' },
  cancelled: { tone: 'idle', icon: 'cross' },
}

/** Buttons below the drawer, left to right; figures and the review have a panel of their own. */
export const PRESSED: readonly OperationAction[] = ['cancel', 'accept', 'reopen', 'witness', 'unlock']
export const LEADING: readonly OperationAction[] = ['unlock', 'reopen', 'witness']

/** What a person's figure says, by the kind of work: what lies there, what went in, what came out. */
export const figureOf = ({ kind }: OperationView): 'there' | 'in' | 'out' => {
  if (kind === 'restock' || kind === 'return') return 'in'
  return kind === 'waste' || kind === 'return-check' || kind === 'break-glass' ? 'out' : 'there'
}

export const keyOfLine = ({ drug, lot }: Pick<OperationLine, 'drug' | 'lot'>): string => `${drug}\n${lot}`

/** The figures to send; null while one is missing. */
export const figures = (
  lines: readonly OperationLine[],
  entered: Readonly<Record<string, string>>,
): readonly { drug: string; lot: string; quantity: number }[] | null => {
  const whole = lines.map(line => ({
    drug: line.drug,
    lot: line.lot,
    quantity: Number(entered[keyOfLine(line)] || Number.NaN),
  }))
  return whole.every(({ quantity }) => Number.isInteger(quantity)) ? whole : null
}

/** Where the person came from, and goes on. */
export const placeAfter = ({ kind, authority }: OperationView): Route => {
  if (authority.kind === 'shipment') return { page: 'shipment', id: authority.shipment }
  if (kind === 'count') return { page: 'count' }
  if (kind === 'return' || kind === 'return-check') return { page: 'returns' }
  return kind === 'test' ? { page: 'drawers' } : { page: 'work' }
}
