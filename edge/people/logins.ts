import { randomBytes } from 'node:crypto'
import { MINUTE } from '#domain/time.ts'
import type { EdgeClock } from '../clock.ts'

/** A kiosk left alone logs its person off. */
export const IDLE_MINUTES = 10

type Login = { readonly person: string; until: number; readonly listeners: Set<() => void> }

/**
 * Who is logged in: tokens in memory, so that a restart logs everybody off. One login a person: a newer one ends the
 * older, at whichever page. Logins of others are not touched.
 */
export const createLogins = (clock: EdgeClock) => {
  const logins = new Map<string, Login>()
  const left = (token: string): number => (logins.get(token)?.until ?? 0) - clock.monotonic()
  const tell = ({ listeners }: Login): void => {
    for (const listener of [...listeners]) listener()
  }
  const end = (token: string): void => {
    const login = logins.get(token)
    logins.delete(token)
    if (login) tell(login)
  }
  return {
    end,
    begin: (person: string): string => {
      for (const [token, login] of [...logins])
        if (login.person === person || login.until <= clock.monotonic()) end(token)
      const token = randomBytes(24).toString('base64url')
      logins.set(token, { person, until: clock.monotonic() + IDLE_MINUTES * MINUTE, listeners: new Set() })
      return token
    },
    /** Undefined when the login has ended. `touch`: somebody is there, the ten minutes begin anew. */
    personOf: (token: string, touch: boolean): string | undefined => {
      const login = left(token) > 0 ? logins.get(token) : undefined
      if (login && touch) login.until = clock.monotonic() + IDLE_MINUTES * MINUTE
      return login?.person
    },
    /** Is this person logged in anywhere here? */
    isIn: (person: string): boolean =>
      [...logins].some(([token, login]) => login.person === person && left(token) > 0),
    /** Milliseconds until this login ends if nobody touches the kiosk; ≤ 0: it has. */
    left,
    /** What was opened under the old PIN is to be opened again. */
    interrupt: (person: string): void => {
      for (const login of logins.values()) if (login.person === person) tell(login)
    },
    /** Told when the login ends or is interrupted; of an end by idleness only `left` tells in time. */
    onEnd: (token: string, listener: () => void): (() => void) => {
      const listeners = logins.get(token)?.listeners
      listeners?.add(listener)
      return () => void listeners?.delete(listener)
    },
  }
}
