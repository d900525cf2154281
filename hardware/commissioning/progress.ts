import { calibrationState } from '../plan-calibration.ts'
import type { CabinetPlan } from '../plan-schema.ts'
import { withDrawer } from './edits.ts'

/** One thing to prove. `of` is the drawer's or thermometer's id. */
export type Task = { readonly step: 'lock' | 'tracking' | 'weight' | 'record' | 'ice'; readonly of: string }

export type Progress = Task & { readonly done: boolean }

/** What part of the cabinet the walk is for. */
export type Scope = { readonly drawer?: string; readonly only?: 'drawers' | 'thermometers' }

type Drawer = CabinetPlan['drawers'][number]
type Thermometer = CabinetPlan['thermometers'][number]

const valid = ({ calibration }: Pick<Drawer, 'calibration'>, today: string): boolean => {
  const state = calibrationState(
    { path: '', id: '', kind: 'scale', ...(calibration ? { calibration } : {}) },
    today,
  )
  return state === 'valid' || state === 'due'
}

const ofDrawer = (drawer: Drawer, today: string): readonly Progress[] => {
  const { id: of, proved, reference } = drawer
  return [
    { step: 'lock', of, done: proved?.lock !== undefined },
    { step: 'tracking', of, done: proved?.noZeroTracking !== undefined },
    { step: 'weight', of, done: reference !== undefined },
    { step: 'record', of, done: valid(drawer, today) },
  ]
}

/** A replayed logger is no sensor that could lie in ice. */
const ofThermometer = (thermometer: Thermometer, today: string): readonly Progress[] =>
  thermometer.driver === 'replay'
    ? []
    : [{ step: 'ice', of: thermometer.id, done: valid(thermometer, today) }]

/** All that is to be proved in this scope, in the order of the walk, and whether the plan says that it was. */
export const progressOf = (
  { drawers, thermometers }: CabinetPlan,
  today: string,
  { drawer, only }: Scope = {},
): readonly Progress[] => [
  ...drawers
    .filter(({ id }) => only !== 'thermometers' && (drawer === undefined || id === drawer))
    .flatMap(each => ofDrawer(each, today)),
  ...thermometers
    .filter(() => only !== 'drawers' && drawer === undefined)
    .flatMap(each => ofThermometer(each, today)),
]

/** For proving all of it anew. What was proved is forgotten; polarity and offsets stay, as a start. */
export const forgotten = (plan: CabinetPlan, scope: Scope): CabinetPlan => {
  const within = new Set(progressOf(plan, '', scope).map(({ step, of }) => `${step} ${of}`))
  const cleared = plan.drawers
    .filter(({ id }) => within.has(`lock ${id}`))
    .reduce(
      (all, { id }) => withDrawer(all, id, ({ proved: _p, reference: _r, calibration: _c, ...rest }) => rest),
      plan,
    )
  return {
    ...cleared,
    thermometers: cleared.thermometers.map(each => {
      if (!within.has(`ice ${each.id}`)) return each
      const { calibration: _, ...rest } = each
      return rest
    }),
  }
}
