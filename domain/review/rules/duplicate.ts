import { type Facts, idsOf, namesOf } from '../facts.ts'
import type { Objection, Rule } from '../rule.ts'

const check = ({ lines }: Facts): readonly Objection[] => {
  const ingredients = [...new Set(lines.flatMap(({ item }) => item.ingredients))]
  return ingredients.flatMap(ingredient => {
    const holding = lines.filter(({ item }) => item.ingredients.includes(ingredient))
    if (holding.length < 2) return []
    const text = {
      zh: `重复用药：${namesOf(holding)}都含${ingredient}`,
      en: `${idsOf(holding).join(' and ')}: the same ingredient twice (${ingredient})`,
    }
    return [{ result: 'REQUIRE_OVERRIDE' as const, text, drugs: idsOf(holding) }]
  })
}

/** The same active ingredient on two lines, also inside a compound (缬沙坦氨氯地平 + 氨氯地平). */
export const duplicateRule: Rule = {
  id: 'duplicate-ingredient',
  version: '1',
  reason: '2-7',
  evidence: '医院处方点评管理规范(试行) 第十八条（七）',
  check,
}
