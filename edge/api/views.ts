import type {
  PrescriptionView,
  StepStatus,
  StepView,
  WithdrawalAction,
  WithdrawalView,
} from '#cloud-sync/contract/edge-withdrawals.ts'
import type { CountedItem } from '#domain/journal/events.ts'
import { formatShanghai } from '#domain/time.ts'
import type { Authorisation } from '../authorisation/authorisations.ts'
import { MAX_TRIES } from '../dispensing/door.ts'
import type { Live } from '../dispensing/senses.ts'
import { allowedOf, NO_RESULT, resultOf, type Step, stepOf, type Withdrawal } from '../dispensing/state.ts'
import type { Stock } from '../stock/stock.ts'
import { messageOf } from './messages.ts'

const instant = (seconds: number) => new Date(seconds * 1000).toISOString()

const statusOf = ({ status, claims }: Authorisation, now: Date): PrescriptionView['status'] =>
  status === 'waiting' && claims.exp * 1000 <= now.getTime() ? 'expired' : status

type Shelf = {
  readonly stock: Stock
  readonly now: Date
  /** Drawers of which it may be told what they hold. */
  readonly shown?: (drawer: string) => boolean
}

export const prescriptionView = (
  authorisation: Authorisation,
  { stock, now, shown = () => true }: Shelf,
): PrescriptionView => {
  const { claims, jti, receivedAt } = authorisation
  return {
    jti,
    rx: claims.rx,
    kind: claims.kind,
    fill: claims.fill,
    patient: { name: claims.patient.name, birthYear: claims.patient.birthYear ?? null },
    prescriber: claims.prescriber,
    receivedAt,
    validFrom: instant(claims.nbf),
    expiresAt: instant(claims.exp),
    status: statusOf(authorisation, now),
    items: claims.items.map(item => {
      // Only what may be taken counts (R14): an expired or quarantined lot is not stock.
      const portions = stock.pick(item.drug, Number.POSITIVE_INFINITY, now, shown)
      const inStock = portions.reduce((sum, { quantity }) => sum + quantity, 0)
      return { ...item, drawer: portions[0]?.lot.drawer ?? null, inStock }
    }),
  }
}

const currentStatus = (w: Withdrawal): StepStatus => {
  const { phase } = w
  switch (phase.at) {
    case 'idle':
      return 'waiting'
    case 'weighing-before':
    case 'intending':
    case 'pulsing':
    case 'confirming':
      return 'unlocking'
    case 'open':
      return 'open'
    case 'weighing-after':
      return 'weighing'
    case 'judged':
      if (phase.verdict.kind === 'unknown-object') return 'unknown-object'
      if (phase.verdict.kind === 'ask') return 'count'
      if (phase.code === 'E_SCAN_COUNT') return 'scan-count'
      return phase.verdict.units > allowedOf(stepOf(w), resultOf(w)) ? 'over' : 'under'
    case 'failed':
    case 'review':
      return 'failed'
    case 'finished':
      return 'done'
  }
}

const stepView = (w: Withdrawal, step: Step, index: number, stock: Stock): StepView => {
  const { name, spec, packUnit } = stock.item(step.drug)
  const settled = w.results[index]?.settled === true
  const status = index < w.current || settled ? 'done' : index === w.current ? currentStatus(w) : 'waiting'
  const { drawer, drug, lot, expiry } = step
  const { taken = null, scanned = [] } = w.results[index] ?? {}
  const expected = allowedOf(step, w.results[index] ?? NO_RESULT)
  const counts = { expected, taken, scanned: scanned.length, scanRequired: step.scan === 'required' }
  return { step: index, drawer, drug, name, spec, unit: packUnit, lot, expiry, ...counts, status }
}

/** The only acts the kiosk may offer now; the dispenser refuses all others anyway. */
const actionsOf = (w: Withdrawal): readonly WithdrawalAction[] => {
  const untouched = w.results.every(({ taken }) => taken === 0)
  switch (w.phase.at) {
    case 'idle':
      return ['unlock', untouched ? 'cancel' : 'accept']
    case 'failed':
      return [...(w.tries < MAX_TRIES ? (['unlock'] as const) : []), untouched ? 'cancel' : 'accept']
    case 'judged':
      return untouched ? ['put-back', 'accept', 'cancel'] : ['put-back', 'accept']
    case 'review':
      return ['review']
    default:
      return []
  }
}

type Seen = {
  readonly live: Live | null
  readonly stock: Stock
  readonly suggestion?: readonly CountedItem[] | undefined
}

const liveOf = (w: Withdrawal, live: Live | null): WithdrawalView['live'] => {
  if (!live || w.phase.at !== 'open') return null
  const { grams, stable } = live
  const estimate = (resultOf(w).grams + w.phase.before - grams) / stepOf(w).pack.grams
  return { grams, stable, estimate: Math.round(estimate * 10) / 10 + 0 }
}

/** Null is a statement of its own: the scale cannot say. */
const pickTaken = (item: CountedItem | undefined) => (item ? { taken: item.taken } : {})

export const withdrawalView = (
  w: Withdrawal,
  patient: string,
  { live, stock, suggestion }: Seen,
): WithdrawalView => {
  const steps = w.steps.map((step, index) => stepView(w, step, index, stock))
  return {
    session: w.session,
    jti: w.jti,
    rx: w.rx,
    patient,
    actor: w.actor,
    startedAt: w.startedAt,
    status: w.phase.at === 'finished' ? 'finished' : w.phase.at === 'review' ? 'review' : 'running',
    outcome: w.phase.at === 'finished' ? w.phase.outcome : null,
    steps: steps.map((step, index) => ({ ...step, ...pickTaken(suggestion?.[index]) })),
    current: w.current,
    live: liveOf(w, live),
    actions: actionsOf(w),
    message: messageOf(w, steps[w.current], formatShanghai(new Date(w.startedAt))),
  }
}
