import { type Ref, ref } from 'vue'

export type Route =
  | { readonly page: 'home' | 'withdrawal' | 'stock' | 'cases' | 'alarms' }
  | { readonly page: 'prescription'; readonly jti: string }

const PLAIN = ['withdrawal', 'stock', 'cases', 'alarms'] as const

const parse = (hash: string): Route => {
  const [, page = '', rest = ''] = /^#\/([a-z]*)\/?(.*)$/.exec(hash) ?? []
  if (page === 'prescription' && rest !== '') return { page, jti: decodeURIComponent(rest) }
  return { page: PLAIN.find(plain => plain === page) ?? 'home' }
}

const format = (route: Route): string =>
  route.page === 'prescription' ? `#/prescription/${encodeURIComponent(route.jti)}` : `#/${route.page}`

export type Router = { readonly route: Readonly<Ref<Route>>; readonly go: (route: Route) => void }

/** The page is what follows `#`, so that reload stays where it was and no server needs to know. */
export const createRouter = (): Router => {
  const route = ref<Route>(parse(location.hash))
  addEventListener('hashchange', () => {
    route.value = parse(location.hash)
  })
  return {
    route,
    go: next => {
      location.hash = format(next)
    },
  }
}
