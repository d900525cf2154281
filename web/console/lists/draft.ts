import type { ListName } from '#cloud-sync/contract/central-goods.ts'
import type { Text } from '#cloud-sync/contract/edge-api.ts'
import type { SiteList } from '#cloud-sync/contract/messages.ts'
import { isDay } from '../parts/day.ts'

type Row = { readonly key: number; drug: string }
export type OverrideRow = Row & {
  maxQuantity: number | undefined
  second: boolean
  assistant: boolean
  /** As they were sent; of them only the assistant is changed here. */
  readonly roles: readonly string[]
}
export type ParRow = Row & { par: number | undefined; fillTo: number | undefined }
export type GroupRow = { readonly key: number; drugs: string[] }
/** All three kinds in one shape: the editor shows the part that its list has. */
export type ListDraft = {
  readonly name: ListName
  version: string
  effective: string
  reviewBy: string
  overrides: OverrideRow[]
  levels: ParRow[]
  groups: GroupRow[]
}

let keys = 0
export const emptyOverride = (): OverrideRow => ({
  key: ++keys,
  ...{ drug: '', maxQuantity: 1, second: false, assistant: false, roles: ['pharmacist', 'lead'] },
})
export const emptyLevel = (): ParRow => ({ key: ++keys, drug: '', par: undefined, fillTo: undefined })
export const emptyGroup = (): GroupRow => ({ key: ++keys, drugs: [] })

/** The version after those of a day: `2026-11-22-2`. */
export const nextVersion = (today: string, versions: readonly string[]): string => {
  const numbers = versions.flatMap(version =>
    version.startsWith(`${today}-`) ? [Number(version.slice(today.length + 1))] : [],
  )
  return `${today}-${Math.max(0, ...numbers.filter(Number.isInteger)) + 1}`
}

export const toDraft = (name: ListName, list: SiteList | null, version: string): ListDraft => ({
  ...{ name, version },
  ...(list?.name === 'override'
    ? { effective: list.effective, reviewBy: list.reviewBy }
    : { effective: '', reviewBy: '' }),
  overrides:
    list?.name === 'override'
      ? list.entries.map(({ drug, maxQuantity, second, roles }) => ({
          key: ++keys,
          ...{ drug, maxQuantity, second, roles, assistant: roles.includes('assistant') },
        }))
      : [],
  levels: list?.name === 'par' ? list.levels.map(level => ({ key: ++keys, ...level })) : [],
  groups: list?.name === 'look-alike' ? list.groups.map(drugs => ({ key: ++keys, drugs: [...drugs] })) : [],
})

/** An assistant only where the list says so. */
const rolesOf = ({ assistant, roles }: OverrideRow): string[] => [
  ...roles.filter(role => role !== 'assistant'),
  ...(assistant ? ['assistant'] : []),
]

export const toList = (draft: ListDraft): SiteList => {
  const version = draft.version.trim()
  if (draft.name === 'override') {
    const entries = draft.overrides.map(row => ({
      ...{ drug: row.drug, maxQuantity: row.maxQuantity ?? 1, second: row.second, roles: rolesOf(row) },
    }))
    return { name: 'override', version, effective: draft.effective, reviewBy: draft.reviewBy, entries }
  }
  if (draft.name === 'par')
    return {
      ...{ name: 'par', version },
      levels: draft.levels.map(({ drug, par = 0, fillTo = 1 }) => ({ drug, par, fillTo })),
    }
  return { name: 'look-alike', version, groups: draft.groups.map(({ drugs }) => [...drugs]) }
}

const NEEDED: Text = { zh: '必填', en: 'needed' }
const TWICE: Text = { zh: '重复', en: 'named twice' }
type Problems = Record<string, Text>

const checkDrugs = (rows: readonly Row[], problems: Problems): void =>
  rows.forEach(({ key, drug }, n) => {
    if (!drug) problems[`${key}/drug`] = NEEDED
    else if (rows.findIndex(one => one.drug === drug) < n) problems[`${key}/drug`] = TWICE
  })
const isWhole = (value: number | undefined, least: number): boolean =>
  value !== undefined && Number.isInteger(value) && value >= least && value <= 9_999

const checkDays = ({ effective, reviewBy }: ListDraft, today: string, problems: Problems): void => {
  for (const [field, day] of Object.entries({ effective, reviewBy }))
    if (!isDay(day)) problems[field] = day ? { zh: '不是日期', en: 'no date' } : NEEDED
  if (problems.effective || problems.reviewBy) return
  if (reviewBy < effective) problems.reviewBy = { zh: '早于生效日期', en: 'before the first day' }
  else if (reviewBy < today) problems.reviewBy = { zh: '已经过去', en: 'is over' }
}

/** What keeps a list from being sent, by field; a row's fields as `key/field`. */
export const problemsIn = (
  draft: ListDraft,
  {
    today,
    sent,
    sites,
  }: { readonly today: string; readonly sent: readonly string[]; readonly sites: number },
): Readonly<Problems> => {
  const problems: Problems = {}
  if (sites === 0) problems.sites = { zh: '至少选一个站点', en: 'choose a site' }
  if (!draft.version.trim()) problems.version = NEEDED
  else if (sent.includes(draft.version.trim())) problems.version = { zh: '已经用过', en: 'was used before' }
  if (draft.name === 'override') {
    checkDays(draft, today, problems)
    checkDrugs(draft.overrides, problems)
    for (const { key, maxQuantity } of draft.overrides)
      if (!isWhole(maxQuantity, 1)) problems[`${key}/maxQuantity`] = NEEDED
  }
  if (draft.name === 'par') {
    checkDrugs(draft.levels, problems)
    for (const { key, par, fillTo } of draft.levels) {
      if (!isWhole(par, 0)) problems[`${key}/par`] = NEEDED
      if (!isWhole(fillTo, 1)) problems[`${key}/fillTo`] = NEEDED
      else if ((par ?? 0) > (fillTo ?? 0)) problems[`${key}/fillTo`] = { zh: '小于下限', en: 'below par' }
    }
  }
  if (draft.name === 'look-alike')
    for (const { key, drugs } of draft.groups)
      if (drugs.length < 2 || drugs.length > 10)
        problems[`${key}/drugs`] = { zh: '2–10 种', en: '2–10 drugs' }
  return problems
}
