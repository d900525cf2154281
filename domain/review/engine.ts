import type { Item } from '../drug.ts'
import type { Prescription } from '../prescription.ts'
import { factsOf } from './facts.ts'
import type { Finding } from './finding.ts'
import type { Rule } from './rule.ts'
import { RULES } from './rule-set.ts'

/**
 * Every objection of the rule set to one prescription; the whole prescription is the unit. An empty list is PASS.
 * `rules` is for trying a set before it is published.
 */
export const review = (
  prescription: Prescription,
  context: { readonly formulary: ReadonlyMap<string, Item>; readonly now: Date },
  rules: readonly Rule[] = RULES,
): readonly Finding[] => {
  const facts = factsOf(prescription, context)
  return rules.flatMap(({ id, version, reason, evidence, check }) =>
    check(facts).map(objection => ({ rule: id, version, reason, evidence, ...objection })),
  )
}
