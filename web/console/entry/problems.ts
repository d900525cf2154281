import type { Text } from '#cloud-sync/contract/edge-api.ts'
import type { Draft } from './draft.ts'

/** By the path of the field in the posted message, e.g. `/mdtrtinfo/patn_name`. */
export type Problems = Readonly<Record<string, Text>>

const REQUIRED: Text = { zh: '必填', en: 'needed' }
const POSITIVE: Text = { zh: '请填大于 0 的数', en: 'a number above 0' }

const drugProblems = ({ drug, dose, unit, days, count }: Draft['drugs'][number], index: number) => {
  const at = `/rxdrugdetail/${index}`
  return {
    ...(drug ? {} : { [`${at}/fixmedins_hilist_id`]: REQUIRED }),
    ...(dose ? {} : { [`${at}/sin_doscnt`]: POSITIVE }),
    ...(unit ? {} : { [`${at}/sin_dosunt`]: REQUIRED }),
    ...(days ? {} : { [`${at}/medc_days`]: POSITIVE }),
    ...(count ? {} : { [`${at}/drug_cnt`]: POSITIVE }),
  }
}

/** What is plainly absent, told before anything is sent. Whether the rest is right, the centre says. */
export const missingIn = (draft: Draft): Problems => ({
  ...(draft.site ? {} : { '/site': REQUIRED }),
  ...(draft.rx.trim() ? {} : { '/hosp_rxno': REQUIRED }),
  ...(draft.name.trim() ? {} : { '/mdtrtinfo/patn_name': REQUIRED }),
  ...(draft.prescriber.trim() ? {} : { '/mdtrtinfo/prsc_dr_name': REQUIRED }),
  ...Object.assign({}, ...draft.drugs.map(drugProblems)),
})

/** The centre's schema speaks in these phrases; any other is shown as it came. */
const PHRASES: readonly (readonly [RegExp, (match: RegExpExecArray) => string])[] = [
  [/^must be <= (\S+)/, ([, limit]) => `不能大于 ${limit}`],
  [/^must be >= (\S+)/, ([, limit]) => `不能小于 ${limit}`],
  [/^must be > (\S+)/, ([, limit]) => `须大于 ${limit}`],
  [/^must be integer/, () => '须为整数'],
  [/^must not have (?:fewer|less) than \d+ character/, () => '必填'],
  [/^must not have more than (\d+) character/, ([, limit]) => `不能超过 ${limit} 个字`],
]

const inChinese = (words: string): string => {
  for (const [pattern, say] of PHRASES) {
    const match = pattern.exec(words)
    if (match) return say(match)
  }
  return words
}

const PATH = /^\W*?((?:\/|[a-z])[\w./]*)/i

/**
 * Problems of the centre (`/mdtrtinfo/patn_age must be <= 130`) at the fields they name. Diagnoses without a name are
 * not posted, so their index could mislead; such problems stay in the list above the form only.
 */
export const byField = (problems: readonly string[]): Problems => {
  const found: Record<string, Text> = {}
  for (const problem of problems) {
    const path = PATH.exec(problem)?.[1]
    if (!path) continue
    const field = `/${path
      .replace(/^body/, '')
      .replaceAll('.', '/')
      .replace(/^\/+|\/+$/g, '')}`
    const words = problem.slice(problem.indexOf(path) + path.length).replace(/^[\s:]+/, '')
    found[field] ??= { zh: inChinese(words) || problem, en: words || problem }
  }
  return found
}
