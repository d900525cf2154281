import type { PrescriptionView, WithdrawalView } from '#cloud-sync/contract/edge-withdrawals.ts'

/** One label a lot: what a patient reads at home, from what was taken and what the order says. */
export type Label = {
  readonly key: number
  readonly name: string
  readonly spec: string
  readonly quantity: number
  readonly unit: string
  readonly dosing: string
  readonly lot: string
  readonly expiry: string
}

/** Nothing taken, nothing to label; a number nobody knows is not printed either. */
export const labelsOf = (view: WithdrawalView, rx: PrescriptionView | undefined): readonly Label[] =>
  view.steps.flatMap(({ step, drug, name, spec, taken, unit, lot, expiry }) =>
    taken === null || taken <= 0
      ? []
      : [
          {
            key: step,
            name,
            spec,
            quantity: taken,
            unit,
            dosing: rx?.items.find(item => item.drug === drug)?.dosing ?? '',
            lot,
            expiry,
          },
        ],
  )

export type SlipLine = {
  readonly name: string
  readonly spec: string
  readonly unit: string
  readonly dosing: string
  readonly ordered: number
  readonly taken: number
}

/** The slip: drug by drug what was ordered and what is handed out now. */
export const slipOf = (view: WithdrawalView, rx: PrescriptionView | undefined): readonly SlipLine[] =>
  (rx?.items ?? ordersIn(view)).map(({ drug, name, spec, unit, dosing, quantity }) => ({
    name,
    spec,
    unit,
    dosing,
    ordered: quantity,
    taken: view.steps.reduce((sum, step) => sum + (step.drug === drug ? (step.taken ?? 0) : 0), 0),
  }))

/** Packs that the order asks for and this withdrawal did not: it was begun with what was there. */
export const leftOut = (
  { steps }: WithdrawalView,
  rx: PrescriptionView | undefined,
): readonly {
  readonly name: string
  readonly spec: string
  readonly unit: string
  readonly quantity: number
}[] =>
  (rx?.items ?? []).flatMap(({ drug, name, spec, unit, quantity }) => {
    const asked = steps.reduce((sum, step) => sum + (step.drug === drug ? step.expected : 0), 0)
    return asked < quantity ? [{ name, spec, unit, quantity: quantity - asked }] : []
  })

/** An override has no order in the list yet: what was asked for then stands in its steps. */
const ordersIn = ({ steps }: WithdrawalView) =>
  [...new Map(steps.map(step => [step.drug, step])).values()].map(step => ({
    ...step,
    dosing: '',
    quantity: steps.reduce((sum, { drug, expected }) => sum + (drug === step.drug ? expected : 0), 0),
  }))
