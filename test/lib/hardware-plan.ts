import { checkPlan } from '#hardware/plan-check.ts'
import { examplePlan } from '#hardware/plan-example.ts'
import type { CabinetPlan } from '#hardware/plan-schema.ts'

export const TODAY = '2026-11-22'

/** The usual example with some of its parts replaced. */
export const planWith = (more: object = {}, driver?: string): Record<string, unknown> => ({
  ...examplePlan(driver),
  ...more,
})

export const mustBeValid = (value: unknown): CabinetPlan => {
  const checked = checkPlan(value)
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems))
  return checked.plan
}

export const problemPaths = (value: unknown): readonly string[] => {
  const checked = checkPlan(value)
  return checked.ok ? [] : checked.problems.map(({ path }) => path)
}
