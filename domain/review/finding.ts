import type { Wording } from '../error.ts'

/** What may be done with the prescription. UNAVAILABLE: a fact is missing, the rule could not be evaluated. */
export type FindingResult = 'PASS' | 'WARN' | 'REQUIRE_OVERRIDE' | 'BLOCK' | 'UNAVAILABLE'

/** One rule's word on a prescription. `missing` names the absent facts in the national message's field names. */
export type Finding = {
  readonly rule: string
  readonly version: string
  readonly result: FindingResult
  /** Official 处方点评 code, e.g. `2-5`. */
  readonly reason: string
  readonly text: Wording
  readonly evidence: string
  /** Formulary ids of the drugs concerned. */
  readonly drugs: readonly string[]
  readonly missing?: readonly string[]
}

const SEVERITY: readonly FindingResult[] = ['PASS', 'WARN', 'UNAVAILABLE', 'REQUIRE_OVERRIDE', 'BLOCK']

/** BLOCK > REQUIRE_OVERRIDE > UNAVAILABLE > WARN > PASS. No finding at all is PASS. */
export const worstResult = (findings: readonly Pick<Finding, 'result'>[]): FindingResult =>
  SEVERITY[Math.max(0, ...findings.map(({ result }) => SEVERITY.indexOf(result)))] ?? 'BLOCK'
