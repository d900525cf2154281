import type { Effect } from './door.ts'
import { type StepResult, stepOf, type Withdrawal } from './state.ts'

/** What one event makes of a withdrawal, and what is to be done about it, in order. */
export type Transition = { readonly state: Withdrawal; readonly effects: readonly Effect[] }

export const stay = (state: Withdrawal): Transition => ({ state, effects: [] })

/** Whose record it is; with the place, of which step. */
export const nameOf = (w: Withdrawal) => ({ session: w.session, jti: w.jti, rx: w.rx })
export const placeOf = (w: Withdrawal) => ({ ...nameOf(w), step: w.current, drawer: stepOf(w).drawer })

export const withResult = (w: Withdrawal, result: StepResult): Withdrawal => ({
  ...w,
  results: w.results.map((old, index) => (index === w.current ? result : old)),
})
