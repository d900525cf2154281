import { ruleProblems } from '#domain/cold-chain/place.ts'
import type { PlanProblem } from './plan-problem.ts'
import type { CabinetPlan } from './plan-schema.ts'

/** Rules that contradict themselves. */
export const coldRuleProblems = ({ thermometers }: CabinetPlan): readonly PlanProblem[] =>
  thermometers.flatMap((place, at) =>
    // With the limits the wrong way round there is no rule to speak of.
    place.low >= place.high
      ? []
      : ruleProblems(place).map(({ field, zh, en }) => ({
          path: `/thermometers/${at}/rule/${field}`,
          message: `${zh} / ${en}`,
        })),
  )

const USUAL_MINUTES = 60

/** What is kept at 2 … 8 °C is out for longer than an hour before anybody hears of it; WHO's own rule may say so. */
export const laxRules = ({ thermometers }: CabinetPlan): readonly PlanProblem[] =>
  thermometers.flatMap(({ low, high, rule }, at) =>
    low >= 2 && high <= 8 && (rule?.minutes ?? 0) > USUAL_MINUTES
      ? [
          {
            path: `/thermometers/${at}/rule/minutes`,
            message: `2–8 °C 宜在 ${USUAL_MINUTES} 分钟内报警 / at 2–8 °C the alarm should come within ${USUAL_MINUTES} minutes`,
          },
        ]
      : [],
  )
