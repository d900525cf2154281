import type { DrawerView } from '#cloud-sync/contract/edge-goods.ts'
import type {
  OperationAction,
  OperationLine,
  OperationPhase,
  OperationView,
} from '#cloud-sync/contract/edge-operations.ts'
import { MAX_TRIES } from '../dispensing/door.ts'
import type { Live } from '../dispensing/senses.ts'
import { mayCancel } from '../operations/decide.ts'
import { movedOf } from '../operations/finish.ts'
import { isOneLot } from '../operations/judge.ts'
import type { ServiceRow } from '../operations/service.ts'
import type { Line, Operation, Phase } from '../operations/state.ts'
import { nameOf, type Stock, type StoredLot } from '../stock/stock.ts'
import { isBlind } from './blind.ts'
import { operationMessage } from './operations-messages.ts'

const PHASES: Readonly<Record<Phase['at'], OperationPhase>> = {
  idle: 'idle',
  'weighing-before': 'unlocking',
  intending: 'unlocking',
  pulsing: 'unlocking',
  confirming: 'unlocking',
  open: 'open',
  'weighing-after': 'weighing',
  entry: 'entry',
  judged: 'judged',
  witness: 'witness',
  failed: 'failed',
  review: 'review',
  finished: 'finished',
}

const when = <A extends OperationAction>(holds: boolean, action: A): readonly A[] => (holds ? [action] : [])

/** The only acts the kiosk may offer now; all others are refused anyway. */
const actionsOf = (op: Operation): readonly OperationAction[] => {
  const still = mayCancel(op)
  const known = !isOneLot(op) || movedOf(op) !== null
  switch (op.phase.at) {
    case 'idle':
      return ['unlock', 'cancel']
    case 'entry':
      return ['enter', 'reopen', ...when(still, 'cancel')]
    case 'judged':
      return ['reopen', 'enter', ...when(known, 'accept'), ...when(still, 'cancel')]
    case 'witness':
      return ['witness', 'reopen']
    case 'failed':
      return [
        ...when(op.tries < MAX_TRIES, 'unlock'),
        ...when(op.doorSessions > 0 && known, 'accept'),
        ...when(op.doorSessions > 0 && !known, 'enter'),
        ...when(still || op.phase.before !== undefined, 'cancel'),
      ]
    case 'review':
      return ['review']
    default:
      return []
  }
}

const expectedOf = (op: Operation, line: Line): number | null => {
  if (isOneLot(op)) return Math.abs(line.promised)
  return op.kind === 'count' && !isBlind(op) ? line.ledger : null
}

const lineView = (op: Operation, line: Line, stock: Stock): OperationLine => ({
  ...nameOf(stock.item(line.drug)),
  drug: line.drug,
  lot: line.lot,
  expiry: line.expiry,
  expected: expectedOf(op, line),
  entered: line.entered,
  measured: isOneLot(op) ? op.measured : null,
})

/** Packs in (positive) or out by the scale now. A count shows no weight: it would tell the number. */
const liveOf = (op: Operation, live: Live | null): OperationView['live'] => {
  if (!live || op.phase.at !== 'open' || op.kind === 'count') return null
  const { before } = op.phase
  const pack = isOneLot(op) ? (op.lines[0]?.pack ?? null) : null
  if (before === null || op.grams === null || pack === null) return { ...live, estimate: null }
  const estimate = (op.grams + live.grams - before) / pack.grams
  return { grams: live.grams, stable: live.stable, estimate: Math.round(estimate * 10) / 10 + 0 }
}

export const operationView = (
  op: Operation,
  { live, stock }: { live: Live | null; stock: Stock },
): OperationView => {
  const [first] = op.lines
  const item = first && stock.item(first.drug)
  const what = first && item ? `${item.name} ${Math.abs(first.promised)} ${item.packUnit}` : ''
  return {
    session: op.session,
    kind: op.kind,
    authority: op.authority,
    actor: op.actor,
    startedAt: op.startedAt,
    drawer: op.drawer,
    status: op.phase.at === 'finished' ? 'finished' : op.phase.at === 'review' ? 'review' : 'running',
    outcome: op.phase.at === 'finished' ? op.phase.outcome : null,
    phase: PHASES[op.phase.at],
    lines: op.lines.map(line => lineView(op, line, stock)),
    attempt: op.attempt,
    live: liveOf(op, live),
    actions: actionsOf(op),
    message: operationMessage(op, what),
  }
}

type Place = {
  readonly id: string
  readonly role: 'stock' | 'return'
  readonly cold?: string
  readonly position: DrawerView['position']
  readonly service: ServiceRow
}

/** What lies in a drawer, without the figures: a count is blind. */
export const drawerView = (
  { id, role, cold, position, service }: Place,
  held: readonly StoredLot[],
  stock: Stock,
): DrawerView => ({
  id,
  role,
  position,
  service: service.service,
  cause: service.service === 'in-service' ? null : service.cause,
  since: service.service === 'in-service' ? null : service.since,
  cold: cold ?? null,
  lots: held
    .filter(one => one.drawer === id && one.quantity !== 0)
    .map(({ drug, lot, expiry, status }) => ({ ...nameOf(stock.item(drug)), drug, lot, expiry, status })),
})
