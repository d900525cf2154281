import { readonly, ref, shallowRef } from 'vue'
import type { CentralLogin, CentralPerson, CentralTopic } from '#cloud-sync/contract/central-api.ts'
import { createApi } from '../../shared/api.ts'
import { openStream } from '../../shared/stream.ts'

const KEY = 'yaogui.console.session'

/** The session lives as long as the tab: a shared desk computer must not stay logged in. */
const restore = (): CentralLogin | null => {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? 'null')
  } catch {
    return null
  }
}

const login = shallowRef<CentralLogin | null>(restore())
/** Why the person is back at the login page. */
const endedBy = ref<'expired' | null>(null)
const link = ref<'open' | 'lost'>('lost')

const keep = (next: CentralLogin | null): void => {
  login.value = next
  if (next) sessionStorage.setItem(KEY, JSON.stringify(next))
  else sessionStorage.removeItem(KEY)
}

const token = (): string | null => login.value?.token ?? null

export const api = createApi({
  base: '',
  token,
  onUnauthorised: () => {
    endedBy.value = 'expired'
    keep(null)
  },
})
/** For the login itself: a wrong PIN is answered with 401 too, and is no session that ended. */
const pins = createApi({ base: '', token, onUnauthorised: () => {} })

export const session = { login: readonly(login), endedBy: readonly(endedBy), link: readonly(link) }

export const logIn = async (user: string, pin: string): Promise<void> => {
  const answer = await pins.post<CentralLogin>('/api/login', { user, pin })
  endedBy.value = null
  keep(answer)
}

/** The token stays valid; only the person's own flag changes. */
export const changePin = async (pin: string, newPin: string): Promise<void> => {
  await pins.post('/api/pin', { pin, newPin })
  const now = login.value
  if (now) keep({ ...now, person: { ...now.person, mustChangePin: false } })
}

/** The person is out at once, whether or not the centre can be told. */
export const logOut = (): void => {
  pins.post('/api/logout').catch(() => {})
  endedBy.value = null
  keep(null)
}

export const personOf = (): CentralPerson | undefined => login.value?.person

type Listener = { readonly topics: readonly CentralTopic[]; readonly heard: () => void }
const listeners = new Set<Listener>()

/** Calls `heard` when one of the topics changed at the centre, or when the stream was away and may have missed it. */
export const onChanged = (topics: readonly CentralTopic[], heard: () => void): (() => void) => {
  const listener = { topics, heard }
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const topicsIn = (data: unknown): readonly unknown[] => {
  const topics = typeof data === 'object' && data !== null && 'topics' in data ? data.topics : undefined
  return Array.isArray(topics) ? topics : []
}

/** Opens the stream of the logged-in person; the returned function closes it. */
export const listen = (): (() => void) => {
  let wasLost = false
  const stream = openStream({
    url: `/api/stream?token=${encodeURIComponent(token() ?? '')}`,
    events: ['changed'],
    onEvent: (event, data) => {
      if (event !== 'changed') return
      const topics = topicsIn(data)
      for (const listener of listeners)
        if (listener.topics.some(topic => topics.includes(topic))) listener.heard()
    },
    onState: state => {
      link.value = state
      if (state === 'open' && wasLost) for (const listener of listeners) listener.heard()
      wasLost = state === 'lost'
    },
  })
  return () => stream.close()
}
