import type { Static } from 'typebox'
import type { OrderBodies, SiteList } from '#cloud-sync/contract/messages.ts'
import { parseShanghai } from '#domain/time.ts'

/** Orders about goods: what is sent, what is recalled, which lists hold. Unlike an authorisation nothing of them is signed. */
export type GoodsOrder = {
  readonly [K in 'shipment' | 'recall' | 'list']: {
    readonly kind: K
    readonly body: Static<(typeof OrderBodies)[K]>
  }
}['shipment' | 'recall' | 'list']

type World = { readonly knows: (drug: string) => boolean; readonly today: string }
type Problem = readonly [path: string, words: string]

const UNKNOWN = '用药目录中没有 not in the formulary'
const TWICE = '重复 named twice'
const isDay = (day: string): boolean => parseShanghai(`${day} 00:00:00`) !== undefined

const drugs = (
  named: readonly (readonly [path: string, drug: string])[],
  { knows }: World,
): readonly Problem[] =>
  named.filter(([, drug]) => !knows(drug)).map(([path, drug]) => [path, `${UNKNOWN}: ${drug}`])
const twice = (named: readonly (readonly [path: string, key: string])[]): readonly Problem[] =>
  named.filter(([, key], at) => named.findIndex(one => one[1] === key) < at).map(([path]) => [path, TWICE])

const checkShipment = (
  { lines }: Static<(typeof OrderBodies)['shipment']>,
  world: World,
): readonly Problem[] => [
  ...drugs(
    lines.map(({ drug }, n) => [`/lines/${n}/drug`, drug]),
    world,
  ),
  ...twice(lines.map(({ line }, n) => [`/lines/${n}/line`, String(line)])),
  ...lines.flatMap(({ expiry }, n): readonly Problem[] => {
    if (!isDay(expiry)) return [[`/lines/${n}/expiry`, `不是日期 no date: ${expiry}`]]
    return expiry < world.today ? [[`/lines/${n}/expiry`, `已过期 expired: ${expiry}`]] : []
  }),
]

const checkList = (list: SiteList, world: World): readonly Problem[] => {
  if (list.name === 'look-alike')
    return list.groups.flatMap((group, n) => {
      const named = group.map((drug, at) => [`/groups/${n}/${at}`, drug] as const)
      return [...drugs(named, world), ...twice(named)]
    })
  const entries = list.name === 'par' ? list.levels : list.entries
  const root = list.name === 'par' ? '/levels' : '/entries'
  const named = entries.map(({ drug }, n) => [`${root}/${n}/drug`, drug] as const)
  const own =
    list.name === 'par'
      ? list.levels.flatMap(({ par, fillTo }, n): readonly Problem[] =>
          par > fillTo ? [[`/levels/${n}/fillTo`, '小于最低库存 less than par']] : [],
        )
      : checkDays(list)
  return [...drugs(named, world), ...twice(named), ...own]
}

const checkDays = ({ effective, reviewBy }: { effective: string; reviewBy: string }): readonly Problem[] => {
  const wrong = Object.entries({ effective, reviewBy }).filter(([, day]) => !isDay(day))
  if (wrong.length > 0) return wrong.map(([field, day]) => [`/${field}`, `不是日期 no date: ${day}`])
  return effective > reviewBy ? [['/reviewBy', '早于生效日期 before the first day']] : []
}

/** What a site would refuse, or could never carry out, is told to whoever sends it: every problem with its path. */
export const problemsOf = ({ kind, body }: GoodsOrder, world: World): readonly string[] => {
  const problems = ((): readonly Problem[] => {
    if (kind === 'shipment') return checkShipment(body, world)
    if (kind === 'list') return checkList(body, world)
    // The end of a recall is never held up by what the formulary has become.
    return body.lift === true ? [] : drugs([['/drug', body.drug]], world)
  })()
  return problems.map(([path, words]) => `${path} ${words}`)
}
