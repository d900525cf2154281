import type { ListName, SiteListView } from '#cloud-sync/contract/central-goods.ts'
import type { Text } from '#cloud-sync/contract/edge-api.ts'
import type { SiteList } from '#cloud-sync/contract/messages.ts'

const overrideWords = (
  { maxQuantity, second, roles }: Extract<SiteList, { readonly name: 'override' }>['entries'][number],
  name: string,
): Text => {
  const assistant = roles.includes('assistant')
  return {
    zh: `${name}：每次最多 ${maxQuantity}${second ? '，须第二人签字' : ''}${assistant ? '，药士也可以取' : ''}`,
    en: `${name}: at most ${maxQuantity}${second ? ', a second person signs' : ''}${assistant ? ', assistants too' : ''}`,
  }
}

/** Lines of a list by what they are about, in words that two versions can be compared by. */
const linesOf = (list: SiteList | null, nameOf: (drug: string) => string): ReadonlyMap<string, Text> => {
  if (list === null) return new Map()
  if (list.name === 'override')
    return new Map(list.entries.map(entry => [entry.drug, overrideWords(entry, nameOf(entry.drug))]))
  if (list.name === 'par')
    return new Map(
      list.levels.map(({ drug, par, fillTo }) => [
        drug,
        {
          zh: `${nameOf(drug)}：低于 ${par} 补到 ${fillTo}`,
          en: `${nameOf(drug)}: below ${par} up to ${fillTo}`,
        },
      ]),
    )
  return new Map(
    list.groups.map(group => {
      const names = group.map(nameOf).join(' / ')
      return [[...group].sort().join(' '), { zh: names, en: names }]
    }),
  )
}

/** Sites that would lose a list of their own: what was changed is not what they have. */
export const replacedAt = (
  all: readonly SiteListView[],
  {
    site,
    name,
    sites,
  }: { readonly site: string; readonly name: ListName; readonly sites: readonly string[] },
): readonly { readonly site: string; readonly version: string }[] => {
  const newestOf = (of: string) => all.find(one => one.site === of && one.name === name)?.newest?.version
  const base = newestOf(site)
  return sites.flatMap(one => {
    const version = newestOf(one)
    return version === undefined || version === base ? [] : [{ site: one, version }]
  })
}

export type Change = { readonly kind: 'added' | 'removed' | 'changed'; readonly text: Text }
/** What a new version does to the one before: the thing to look at before it goes out. */
export const changesOf = (
  before: SiteList | null,
  after: SiteList,
  nameOf: (drug: string) => string,
): readonly Change[] => {
  const [old, next] = [linesOf(before, nameOf), linesOf(after, nameOf)]
  const days =
    before?.name === 'override' &&
    after.name === 'override' &&
    (before.effective !== after.effective || before.reviewBy !== after.reviewBy)
      ? [
          {
            kind: 'changed' as const,
            text: {
              zh: `${after.effective} 生效，${after.reviewBy} 前复审`,
              en: `in force from ${after.effective}, review by ${after.reviewBy}`,
            },
          },
        ]
      : []
  return [
    ...days,
    ...[...next].flatMap(([key, text]): readonly Change[] => {
      const was = old.get(key)
      if (was === undefined) return [{ kind: 'added', text }]
      const words = { zh: `${text.zh}（原为 ${was.zh}）`, en: `${text.en} (was ${was.en})` }
      return was.zh === text.zh ? [] : [{ kind: 'changed', text: words }]
    }),
    ...[...old].filter(([key]) => !next.has(key)).map(([, text]) => ({ kind: 'removed' as const, text })),
  ]
}
