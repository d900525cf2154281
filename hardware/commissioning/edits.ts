import type { CabinetPlan } from '../plan-schema.ts'

type Drawer = CabinetPlan['drawers'][number]
type Thermometer = CabinetPlan['thermometers'][number]

export const drawerOf = (plan: CabinetPlan, id: string): Drawer => {
  const drawer = plan.drawers.find(each => each.id === id)
  if (drawer === undefined) throw new RangeError(`no drawer ${id}`)
  return drawer
}

export const thermometerOf = (plan: CabinetPlan, id: string): Thermometer => {
  const thermometer = plan.thermometers.find(each => each.id === id)
  if (thermometer === undefined) throw new RangeError(`no thermometer ${id}`)
  return thermometer
}

export const withDrawer = (
  plan: CabinetPlan,
  id: string,
  change: (drawer: Drawer) => Drawer,
): CabinetPlan => ({
  ...plan,
  drawers: plan.drawers.map(drawer => (drawer.id === id ? change(drawer) : drawer)),
})

export const withProof = (plan: CabinetPlan, id: string, proof: NonNullable<Drawer['proved']>): CabinetPlan =>
  withDrawer(plan, id, drawer => ({ ...drawer, proved: { ...drawer.proved, ...proof } }))

/** What was proved of a lock holds no longer once the lock is another or is read the other way round. */
const unproved = ({ proved, ...drawer }: Drawer): Drawer => {
  const { lock: _lock, ...rest } = proved ?? {}
  return Object.keys(rest).length === 0 ? drawer : { ...drawer, proved: rest }
}

export const withFlippedSensor = (plan: CabinetPlan, id: string): CabinetPlan =>
  withDrawer(plan, id, drawer => ({
    ...unproved(drawer),
    closedWhen: drawer.closedWhen === 'hook-closed' ? 'hook-open' : 'hook-closed',
  }))

/** Polarity and pulse belong to the lock, so they go with it. */
export const withSwappedLocks = (plan: CabinetPlan, a: string, b: string): CabinetPlan => {
  const lockOf = (id: string) => {
    const { lock, closedWhen, pulseMs } = drawerOf(plan, id)
    return { lock, closedWhen, pulseMs }
  }
  const [ofA, ofB] = [lockOf(a), lockOf(b)]
  const swapped = withDrawer(plan, a, drawer => ({ ...unproved(drawer), ...ofB }))
  return withDrawer(swapped, b, drawer => ({ ...unproved(drawer), ...ofA }))
}

/** Counts of a bare load cell, out of grams by the factor that the plan has now. */
export const rawOf = (scale: Extract<Drawer['scale'], { driver: 'hx711' }>, grams: number): number =>
  grams * scale.countsPerGram + scale.zero

export const withThermometer = (
  plan: CabinetPlan,
  id: string,
  change: Pick<Thermometer, 'offset' | 'calibration'>,
): CabinetPlan => ({
  ...plan,
  thermometers: plan.thermometers.map(each => (each.id === id ? { ...each, ...change } : each)),
})
