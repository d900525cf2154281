import { ref } from 'vue'

export const PAGES = [
  'review',
  'entry',
  'reconcile',
  'cases',
  'overrides',
  'shipments',
  'recalls',
  'lists',
  'sites',
  'cold',
  'formulary',
  'alarms',
] as const
export type Page = (typeof PAGES)[number]
/** `#/page/id?key=value`; the id opens one thing of the page (a prescription, a site). */
export type Route = { readonly page: Page; readonly id: string | null; readonly query: URLSearchParams }

const isPage = (text: string | undefined): text is Page => PAGES.some(page => page === text)

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** An address that names no page is the review work list: the page the centre lives on. */
const parseRoute = (hash: string): Route => {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?')
  const [page, id] = path.split('/')
  return {
    page: isPage(page) ? page : 'review',
    id: id ? decode(id) : null,
    query: new URLSearchParams(query),
  }
}

export const href = (page: Page, id?: string, query?: Record<string, string>): string =>
  `#/${page}${id ? `/${encodeURIComponent(id)}` : ''}${query ? `?${new URLSearchParams(query)}` : ''}`

export const route = ref(parseRoute(location.hash))
addEventListener('hashchange', () => {
  route.value = parseRoute(location.hash)
})

export const go = (page: Page, id?: string, query?: Record<string, string>): void => {
  location.hash = href(page, id, query)
}
