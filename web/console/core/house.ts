import { computed, type InjectionKey, inject, provide } from 'vue'
import type {
  CentralPerson,
  FormularyView,
  SiteStatusView,
  SummaryView,
} from '#cloud-sync/contract/central-api.ts'
import type { Item } from '#domain/drug.ts'
import { useRead } from './read.ts'

/** What every page needs to turn ids into names: sites, people and formulary; and the counts beside the menu. */
const readHouse = () => {
  const sites = useRead<readonly SiteStatusView[]>(() => '/api/sites', ['sites'])
  const formulary = useRead<FormularyView>(() => '/api/formulary', [])
  const summary = useRead<SummaryView>(
    () => '/api/summary',
    ['prescriptions', 'reconciliations', 'cases', 'sites', 'excursions'],
  )
  const people = useRead<readonly CentralPerson[]>(() => '/api/people', [])
  const persons = computed(() => new Map(people.data.value?.map(({ id, name }) => [id, name])))
  const names = computed(() => new Map(sites.data.value?.map(({ site, name }) => [site, name])))
  const items = computed(() => new Map(formulary.data.value?.items.map(item => [item.id, item])))
  return {
    sites,
    formulary,
    summary,
    siteName: (site: string): string => names.value.get(site) ?? site,
    personName: (id: string): string => persons.value.get(id) ?? id,
    item: (drug: string): Item | undefined => items.value.get(drug),
    drugName: (drug: string): string => items.value.get(drug)?.name ?? drug,
  }
}
export type House = ReturnType<typeof readHouse>

const KEY: InjectionKey<House> = Symbol('house')

export const provideHouse = (): House => {
  const house = readHouse()
  provide(KEY, house)
  return house
}

export const useHouse = (): House => {
  const house = inject(KEY)
  if (!house) throw new Error('useHouse outside the shell')
  return house
}
