import { type InjectionKey, inject, watch } from 'vue'
import type { WithdrawalAction, WithdrawalView } from '#cloud-sync/contract/edge-api.ts'
import { type Api, createApi } from '../../shared/api.ts'
import { type Clock, createClock } from './clock.ts'
import { follow, isWithdrawal } from './follow.ts'
import { createRouter, type Router } from './route.ts'
import { createRunner, type Runner } from './runner.ts'
import { createSession, type EndedBy, type Session } from './session.ts'
import { createShown, type Shown } from './shown.ts'
import { createSound, type Tone } from './sound.ts'
import { createStore, type Store } from './store.ts'

/** The age of the order list and the link must stay true without a login, and without the stream. */
const SITE_POLL_MS = 10_000

export type Kiosk = Router &
  Runner &
  Shown & {
    readonly api: Api
    readonly clock: Clock
    readonly session: Session
    readonly store: Store
    readonly startWithdrawal: (jti: string) => Promise<boolean>
    readonly act: (action: WithdrawalAction, body?: unknown) => Promise<boolean>
    readonly logOut: (by: EndedBy) => void
    readonly sound: (tone: Tone) => void
    /** The name behind a person's id. */
    readonly nameOf: (person: string) => string
    readonly start: () => void
  }

export const KIOSK: InjectionKey<Kiosk> = Symbol('kiosk')

export const useKiosk = (): Kiosk => {
  const kiosk = inject(KIOSK)
  if (!kiosk) throw new Error('useKiosk outside the kiosk')
  return kiosk
}

export const createKiosk = (): Kiosk => {
  const clock = createClock()
  const session = createSession(clock.now)
  const sound = createSound()
  const runner = createRunner(sound)
  const api = createApi({
    base: '',
    token: () => session.login.value?.token ?? null,
    onUnauthorised: () => session.end('expired'),
  })
  const store = createStore({ api, onFailure: failure => (runner.failure.value = failure) })
  const shown = createShown(store, session, sound)
  const logOut = (by: EndedBy): void => {
    // The page forgets at once, whether or not the agent hears of it; its token ends by itself.
    void api.post('/api/logout').catch(() => undefined)
    session.end(by)
  }
  const post = (path: string, body: unknown): Promise<boolean> =>
    runner.run(async () => {
      const answer = await api.post<WithdrawalView | null>(path, body)
      if (isWithdrawal(answer)) store.setWithdrawal(answer)
      else await store.read('withdrawal')
    })

  return {
    ...createRouter(),
    ...runner,
    ...shown,
    api,
    clock,
    session,
    store,
    sound,
    startWithdrawal: jti => post('/api/withdrawals', { jti }),
    act: (action, body = {}) => {
      const session = store.data.withdrawal?.session ?? ''
      return post(`/api/withdrawals/${encodeURIComponent(session)}/${action}`, body)
    },
    logOut,
    nameOf: person => store.data.people?.find(({ id }) => id === person)?.name ?? person,
    start: () => {
      watch(
        () => store.data.site?.now,
        now => now !== undefined && clock.agreeWith(now),
      )
      watch(session.idleLeft, left => {
        if (left === 0 && session.login.value) logOut('idle')
      })
      watch(session.login, login => !login && shown.dismissFinished())
      watch(
        () => store.data.alarms?.filter(one => one.acknowledgedAt === null).length,
        (now, before) => {
          if (now !== undefined && before !== undefined && now > before) sound('error')
        },
      )
      follow(session, store)
      void store.read('people')
      void store.read('site')
      setInterval(() => void store.read('site'), SITE_POLL_MS)
    },
  }
}
