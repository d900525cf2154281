import { type Ref, ref } from 'vue'

/** Pages by what stands after `#/`. Those of the second list are about one thing, named by what follows. */
const PLAIN = [
  'home',
  'withdrawal',
  'operation',
  'work',
  'stock',
  'cases',
  'alarms',
  'cold',
  'people',
  'drawers',
  'restock',
  'paper',
  'count',
  'return',
  'returns',
  'waste',
  'override',
  'overrides',
  'glass',
  'downtime',
] as const
const OF_ONE = ['prescription', 'case', 'lots', 'shipment', 'line', 'putback', 'entry', 'print'] as const

export type Plain = (typeof PLAIN)[number]
export type Page = Plain | (typeof OF_ONE)[number]
export type Route = { readonly page: Plain } | { readonly page: (typeof OF_ONE)[number]; readonly id: string }

export const parseRoute = (hash: string): Route => {
  const [, name = '', rest = ''] = /^#\/([a-z]*)\/?(.*)$/.exec(hash) ?? []
  const one = OF_ONE.find(page => page === name)
  if (one && rest !== '') return { page: one, id: decodeURIComponent(rest) }
  return { page: PLAIN.find(page => page === name) ?? 'home' }
}

export const formatRoute = (route: Route): string =>
  'id' in route ? `#/${route.page}/${encodeURIComponent(route.id)}` : `#/${route.page}`

export type Router = {
  readonly route: Readonly<Ref<Route>>
  readonly go: (route: Route) => void
}

/** The page is what follows `#`, so that reload stays where it was and no server needs to know. */
export const createRouter = (): Router => {
  const route = ref<Route>(parseRoute(location.hash))
  addEventListener('hashchange', () => {
    route.value = parseRoute(location.hash)
  })
  return {
    route,
    go: next => {
      location.hash = formatRoute(next)
    },
  }
}
