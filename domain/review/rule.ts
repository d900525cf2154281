import type { Wording } from '../error.ts'
import type { Facts } from './facts.ts'
import type { FindingResult } from './finding.ts'
import { factWords } from './words.ts'

/** What a rule found. A rule that is satisfied returns none. */
export type Objection = {
  readonly result: Exclude<FindingResult, 'PASS'>
  readonly text: Wording
  readonly drugs: readonly string[]
  readonly missing?: readonly string[]
}

export type Rule = {
  readonly id: string
  readonly version: string
  /** Official 处方点评 reason code. */
  readonly reason: string
  /** Law or label it rests on. */
  readonly evidence: string
  readonly check: (facts: Facts) => readonly Objection[]
}

/** The rule could not be evaluated for want of these facts. */
export const unavailable = (
  what: Wording,
  missing: readonly string[],
  drugs: readonly string[],
): Objection => {
  const facts = missing.map(factWords)
  return {
    result: 'UNAVAILABLE',
    text: {
      zh: `无法判断：${what.zh}（缺少${facts.map(({ zh }) => zh).join('、')}）`,
      en: `cannot be evaluated: ${what.en} (missing ${facts.map(({ en }) => en).join(', ')})`,
    },
    drugs,
    missing,
  }
}
