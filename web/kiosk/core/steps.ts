import type { StepStatus, WithdrawalView } from '#cloud-sync/contract/edge-withdrawals.ts'
import type { Look } from './look.ts'

/** Colour and icon of a step; the word is `step.*`. */
export const STEP_LOOK: Readonly<Record<StepStatus, Look>> = {
  waiting: { tone: 'idle', icon: 'clock' },
  unlocking: { tone: 'info', icon: 'lock' },
  open: { tone: 'info', icon: 'open' },
  weighing: { tone: 'info', icon: 'scale' },
  over: { tone: 'error', icon: 'warning' },
  under: { tone: 'warning', icon: 'warning' },
  'unknown-object': { tone: 'error', icon: 'warning' },
  count: { tone: 'warning', icon: 'hand' },
  'scan-count': { tone: 'warning', icon: 'scan' },
  done: { tone: 'ok', icon: 'check' },
  failed: { tone: 'error', icon: 'cross' },
}

/** How a withdrawal ended; the word is `done.*`. */
export const OUTCOME_LOOK: Readonly<Record<NonNullable<WithdrawalView['outcome']>, Look>> = {
  matched: { tone: 'ok', icon: 'check' },
  discrepancy: { tone: 'error', icon: 'warning' },
  partial: { tone: 'warning', icon: 'scale' },
  abandoned: { tone: 'idle', icon: 'cross' },
}

/** Whether a live estimate is near enough to a whole pack to be shown as one. */
const NEAR = 0.15
/** Packs out by the scale, for the eye only: whole where it is nearly whole, else one decimal. */
export const shownEstimate = (estimate: number): string => {
  const whole = Math.round(estimate)
  return Math.abs(estimate - whole) <= NEAR ? String(whole + 0) : estimate.toFixed(1)
}
