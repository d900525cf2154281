import type { SiteList } from '#cloud-sync/contract/messages.ts'
import { YaoguiError } from '#domain/error.ts'
import type { Role } from '#domain/people/actions.ts'

export type OverrideList = Extract<SiteList, { readonly name: 'override' }>
type Entry = OverrideList['entries'][number]
export type Wanted = { readonly drug: string; readonly quantity: number }

/** R4: from its effective day to the day of its own review, both included; days as `YYYY-MM-DD`. */
export const inForce = ({ effective, reviewBy }: OverrideList, today: string): boolean =>
  effective <= today && today <= reviewBy

const wayOut = { zh: '请等待中心药房审方', en: 'wait for the review at the centre' }

const noList = (list: OverrideList | undefined) =>
  new YaoguiError('E_OVERRIDE_LIST', {
    zh: list ? `越权取药目录 ${list.version} 不在有效期内` : '没有越权取药目录',
    en: list ? `the override list ${list.version} is not in force` : 'there is no override list',
    wayOut,
  })

const notListed = (drug: string) =>
  new YaoguiError('E_OVERRIDE_LIST', {
    zh: `${drug} 不在越权取药目录内`,
    en: `${drug} is not on the override list`,
    wayOut,
  })

const tooMany = (drug: string, { maxQuantity }: Entry) =>
  new YaoguiError('E_OVERRIDE_QUANTITY', {
    zh: `${drug} 越权取药每次最多 ${maxQuantity}`,
    en: `at most ${maxQuantity} of ${drug} by override`,
    wayOut,
  })

/** Whoever may what a pharmacist may is one here too. */
const mayTake = (role: Role, { roles }: Entry): boolean =>
  roles.includes(role) || (role === 'lead' && roles.includes('pharmacist'))

/**
 * R3: may somebody of this role take these before the review? `second`: another person has to sign.
 * Errors: E_OVERRIDE_LIST, E_OVERRIDE_QUANTITY, E_ROLE.
 */
export const judgeOverride = (
  list: OverrideList | undefined,
  { items, role, today }: { readonly items: readonly Wanted[]; readonly role: Role; readonly today: string },
): { readonly list: string; readonly second: boolean } => {
  if (!list || !inForce(list, today)) throw noList(list)
  const totals = new Map<string, number>()
  for (const { drug, quantity } of items) totals.set(drug, (totals.get(drug) ?? 0) + quantity)
  const entries = [...totals].map(([drug, quantity]) => {
    const entry = list.entries.find(one => one.drug === drug)
    if (!entry) throw notListed(drug)
    if (!mayTake(role, entry))
      throw new YaoguiError('E_ROLE', {
        zh: `您的岗位不能越权取 ${drug}`,
        en: `your role may not take ${drug} by override`,
        wayOut,
      })
    if (quantity > entry.maxQuantity) throw tooMany(drug, entry)
    return entry
  })
  return { list: list.version, second: entries.some(entry => entry.second) }
}
