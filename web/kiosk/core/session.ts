import { computed, type Ref, ref, shallowRef } from 'vue'
import type { LoginView } from '#cloud-sync/contract/edge-people.ts'

const KEY = 'yaogui.kiosk.session'

/** Kept for the tab only: a reload stays logged in, a new start of the browser does not. */
const restore = (): LoginView | null => {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? 'null')
  } catch {
    return null
  }
}

export type EndedBy = 'person' | 'expired' | 'idle'
export type Session = {
  readonly login: Readonly<Ref<LoginView | null>>
  /** Why the login page is shown; null at the first start. */
  readonly endedBy: Readonly<Ref<EndedBy | null>>
  /** Milliseconds until the person is logged off, as of the last tick. */
  readonly idleLeft: Readonly<Ref<number>>
  readonly begin: (login: LoginView) => void
  readonly pinChanged: () => void
  readonly end: (by: EndedBy) => void
  /** Somebody is here: a touch, or hands in a drawer. */
  readonly touch: () => void
}

/** `now` in milliseconds. The session itself lives at the agent; this is the page's side of it. */
export const createSession = (now: Readonly<Ref<number>>): Session => {
  const login = shallowRef<LoginView | null>(restore())
  const endedBy = ref<EndedBy | null>(null)
  const touchedAt = ref(now.value)

  const keep = (next: LoginView | null): void => {
    login.value = next
    if (next) sessionStorage.setItem(KEY, JSON.stringify(next))
    else sessionStorage.removeItem(KEY)
  }
  const touch = (): void => {
    touchedAt.value = now.value
  }
  for (const sign of ['pointerdown', 'keydown', 'wheel'] as const) {
    addEventListener(sign, touch, { capture: true, passive: true })
  }

  return {
    login,
    endedBy,
    idleLeft: computed(() => {
      const allowed = (login.value?.idleMinutes ?? 0) * 60_000
      return Math.max(0, touchedAt.value + allowed - now.value)
    }),
    begin: next => {
      touch()
      endedBy.value = null
      keep(next)
    },
    pinChanged: () => {
      const { value } = login
      if (value) keep({ ...value, person: { ...value.person, mustChangePin: false } })
    },
    end: by => {
      if (!login.value) return
      endedBy.value = by
      keep(null)
    },
    touch,
  }
}
