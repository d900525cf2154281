import type { Rule } from './rule.ts'
import { allergyRule } from './rules/allergy.ts'
import { doseRule } from './rules/dose.ts'
import { duplicateRule } from './rules/duplicate.ts'
import { FORM_RULES } from './rules/form.ts'
import { INTERACTION_RULES } from './rules/interactions.ts'
import { longTermRule } from './rules/long-term.ts'
import { PREGNANCY_RULES } from './rules/pregnancy.ts'
import { metforminRule } from './rules/renal.ts'
import { SUPPLY_RULES } from './rules/supply.ts'

/** Version of the whole set; a signed authorisation names the set it passed. */
export const RULE_SET_VERSION = '2026.11.2'

/** In the order of review the norm gives: legality, form, suitability (医疗机构处方审核规范 第十二条). */
export const RULES: readonly Rule[] = [
  ...FORM_RULES,
  ...SUPPLY_RULES,
  longTermRule,
  doseRule,
  duplicateRule,
  metforminRule,
  ...INTERACTION_RULES,
  ...PREGNANCY_RULES,
  allergyRule,
]
