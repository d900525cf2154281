import { type InjectionKey, inject, type ShallowRef, shallowRef, watch } from 'vue'
import type { ScanView } from '#cloud-sync/contract/edge-scanning.ts'
import type { WithdrawalAction, WithdrawalView } from '#cloud-sync/contract/edge-withdrawals.ts'
import { type Api, ApiFailure, createApi } from '../../shared/api.ts'
import { type Clock, createClock } from './clock.ts'
import { follow, isWithdrawal } from './follow.ts'
import { createKeyboard, type Keyboard } from './keyboard.ts'
import { createRouter, type Router } from './route.ts'
import { createRunner, type Runner } from './runner.ts'
import { createScans, type Scans } from './scans.ts'
import { createSecond, type Second } from './second.ts'
import { createSession, type EndedBy, type Session } from './session.ts'
import { createShown, type Shown } from './shown.ts'
import { createSound, type Tone } from './sound.ts'
import { createStore, type Store } from './store.ts'
import { createWork, type Work } from './work.ts'

/** The age of the order list and the link must stay true without a login, and without the stream. */
const SITE_POLL_MS = 10_000

export type Kiosk = Router &
  Runner &
  Shown &
  Second &
  Work & {
    readonly api: Api
    readonly clock: Clock
    readonly session: Session
    readonly store: Store
    readonly scans: Scans
    readonly keyboard: Keyboard
    /** What was scanned while no page waited for it, until it was read. */
    readonly stray: ShallowRef<ScanView | null>
    /** `partial`: why only what is there is taken, when the stock is short. */
    readonly startWithdrawal: (jti: string, partial?: string) => Promise<boolean>
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

type Reading = {
  readonly api: Api
  readonly session: Session
  readonly runner: Runner
  readonly router: Router
}

/** Scans that no page waits for: an order opens, anything else is said. */
const createReading = ({ api, session, runner, router }: Reading, sound: (tone: Tone) => void) => {
  const stray = shallowRef<ScanView | null>(null)
  const scans = createScans({
    ask: async text => {
      if (!session.login.value) return null
      try {
        return await api.post<ScanView>('/api/scan', { text })
      } catch (error) {
        if (!(error instanceof ApiFailure)) throw error
        runner.failure.value = error
        sound('error')
        return null
      }
    },
    onRead: view => {
      sound(view.kind === 'refused' ? 'error' : 'scan')
      session.touch()
      stray.value = null
    },
    otherwise: view => {
      if (view.kind === 'prescription') router.go({ page: 'prescription', id: view.jti })
      else stray.value = view
    },
  })
  return { stray, scans }
}

export const createKiosk = (): Kiosk => {
  const clock = createClock()
  const session = createSession(clock.now)
  const sound = createSound()
  const runner = createRunner(sound)
  const router = createRouter()
  const api = createApi({
    base: '',
    token: () => session.login.value?.token ?? null,
    onUnauthorised: () => session.end('expired'),
  })
  const store = createStore({ api, onFailure: failure => (runner.failure.value = failure) })
  const shown = createShown(store, session, sound)
  const { stray, scans } = createReading({ api, session, runner, router }, sound)
  const keyboard = createKeyboard(text => void scans.read(text))
  const second = createSecond(runner)
  const logOut = (by: EndedBy): void => {
    // The page forgets at once, whether or not the agent hears of it; its token ends by itself.
    void api.post('/api/logout').catch(() => undefined)
    session.end(by)
  }
  const post = (path: string, body: unknown): Promise<boolean> =>
    runner.run(async () => {
      const answer = await api.post<WithdrawalView | null>(path, body)
      if (isWithdrawal(answer)) store.set('withdrawal', answer)
      else await store.read('withdrawal')
    })

  return {
    ...router,
    ...runner,
    ...shown,
    ...second,
    ...createWork({ api, store, session, runner, second }),
    api,
    clock,
    session,
    store,
    scans,
    keyboard,
    stray,
    sound,
    startWithdrawal: (jti, partial) =>
      post('/api/withdrawals', partial === undefined ? { jti } : { jti, partial }),
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
      watch(session.login, login => {
        if (login) return
        shown.dismissFinished()
        stray.value = null
        second.secondAsk.value?.settle(null)
      })
      watch(
        () => store.data.alarms?.filter(one => one.acknowledgedAt === null).length,
        (now, before) => {
          if (now !== undefined && before !== undefined && now > before) sound('error')
        },
      )
      follow({ session, store, onScan: scans.heard })
      void store.read('people')
      void store.read('site')
      setInterval(() => void store.read('site'), SITE_POLL_MS)
    },
  }
}
