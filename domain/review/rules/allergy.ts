import { type Facts, idsOf, type Line, namesOf } from '../facts.ts'
import { type Objection, type Rule, unavailable } from '../rule.ts'

/** Words that mean a whole class, or a relative that is not in the formulary, and the class. */
const CLASSES: Readonly<Record<string, readonly string[]>> = {
  青霉素: ['J01C'],
  西林: ['J01C'],
  头孢: ['J01D'],
  磺胺: ['J01E', 'A10BB', 'C03AA', 'C03BA', 'C03CA01'],
  喹诺酮: ['J01MA'],
  沙星: ['J01MA'],
  大环内酯: ['J01FA'],
  红霉素: ['J01FA'],
  阿奇霉素: ['J01FA'],
  他汀: ['C10AA', 'C10BA', 'C10BX'],
  普利: ['C09A', 'C09B'],
  沙坦: ['C09C', 'C09D'],
  水杨酸: ['B01AC06', 'N02BA', 'M01A'],
  阿司匹林: ['B01AC06', 'N02BA', 'M01A'],
  布洛芬: ['B01AC06', 'N02BA', 'M01A'],
  解热镇痛: ['B01AC06', 'N02BA', 'M01A'],
  胰岛素: ['A10A'],
}

/** Clauses, also where a denial goes over into its exception: `否认食物过敏史，但对布洛芬过敏`. */
const CLAUSE = /[，,。；;、\n]|但|仅|只|除|唯/
/** A clause that denies. `不耐受` and `无明显诱因…后` begin like one and tell of a reaction. */
const DENIAL = /^\s*(?:患者)?(?:无|否认|没有|未发现|未见)(?!.*(?:诱因|原因|外|后|时))/
/** Asked, and nobody knows: no better than not asked. */
const UNKNOWN = /不详|不清|不明|未知|未询问|不确定/

/** `否认青霉素过敏史；对布洛芬过敏` names one drug, not two. */
const claimed = (history: string): string =>
  history
    .split(CLAUSE)
    .filter(clause => !DENIAL.test(clause))
    .join('；')

const match = (lines: readonly Line[], text: string) => {
  const direct = lines.filter(({ item }) => item.ingredients.some(name => text.includes(name)))
  const prefixes = Object.entries(CLASSES).flatMap(([word, atc]) => (text.includes(word) ? atc : []))
  const related = lines.filter(
    line => !direct.includes(line) && prefixes.some(prefix => line.item.atc.startsWith(prefix)),
  )
  return { direct, related }
}

const check = ({ lines, patient }: Facts): readonly Objection[] => {
  const history = patient.algs_his
  const unknown = unavailable({ zh: '过敏史', en: 'allergies' }, ['algs_his'], idsOf(lines))
  if (history === undefined) return [unknown]
  const { direct, related } = match(lines, claimed(history))
  const found: Objection[] = UNKNOWN.test(history) ? [unknown] : []
  if (direct.length > 0) {
    const text = { zh: `患者对${namesOf(direct)}的成分过敏`, en: `allergic to ${idsOf(direct).join(', ')}` }
    found.push({ result: 'BLOCK', text, drugs: idsOf(direct) })
  }
  if (related.length > 0) {
    const text = {
      zh: `过敏史“${history}”与${namesOf(related)}同类`,
      en: `${idsOf(related).join(', ')}: of a class named in the allergies`,
    }
    found.push({ result: 'REQUIRE_OVERRIDE', text, drugs: idsOf(related) })
  }
  return found
}

/** Ingredient or class named in the allergy history. No text at all means nobody asked. */
export const allergyRule: Rule = {
  id: 'allergy',
  version: '2',
  reason: '2-2',
  evidence: '医疗机构处方审核规范 第十五条',
  check,
}
