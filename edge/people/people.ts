import type { PersonView } from '#cloud-sync/contract/edge-people.ts'
import type { NewEvent } from '#domain/journal/events.ts'
import { hashBadge, isUsableBadge } from './badge.ts'
import { createLogins } from './logins.ts'
import { hashPin, isUsablePin } from './pin.ts'
import { createProver, type Proof, refused } from './proof.ts'
import { createRegister, type Options as RegisterOptions } from './register.ts'
import { isLocked, personAbsent, UNLOCKED, viewOf } from './rows.ts'

type Options = RegisterOptions & {
  /** A badge without its PIN lets in. */
  readonly badgeAlone?: boolean
}

/**
 * Who may stand at the cabinet (R19: every login, refused ones too, is in the journal). While the disk refuses, logins
 * and refusals are journaled later; what changes a PIN or lifts a lock is refused.
 */
export const createPeople = (options: Options) => {
  const { clock } = options
  const register = createRegister(options)
  const { find } = register
  const { badgeAlone = false } = options
  const prover = createProver({ register, clock, badgeAlone })
  const logins = createLogins(clock)

  const admit = (proof: Proof, event: (person: PersonView) => NewEvent): PersonView =>
    viewOf(
      prover.admit(proof, row => event(viewOf(row, clock.now()))),
      clock.now(),
    )
  const loggedIn = ({ id }: PersonView): NewEvent => ({ kind: 'person.login', data: { person: id } })

  return {
    list: register.list,
    /** Checks the PIN and journals the outcome. Errors: E_PERSON_UNKNOWN, E_PERSON_LOCKED, E_PIN_WRONG. */
    authenticate: (id: string, pin: string): PersonView => admit({ person: id, pin }, loggedIn),
    /**
     * Ends an older login of the same person. Errors: E_PERSON_UNKNOWN, E_PERSON_LOCKED, E_PIN_WRONG, E_BADGE_UNKNOWN,
     * E_PIN_NEEDED.
     */
    login: (proof: Proof): { token: string; person: PersonView } => {
      const person = admit(proof, loggedIn)
      return { token: logins.begin(person.id), person }
    },
    /** Lets in to something else than a login: `event` says to what. Errors as `login`, and what `event` throws. */
    admit,
    /** Whose badge this is, for who scanned it. */
    badgeOwner: (badge: string): string | undefined => register.findBadge(badge)?.id,
    logout: logins.end,
    isLoggedIn: logins.isIn,
    /** The person behind a token, which stays alive by being used. Errors: E_LOGIN. */
    who: (token: string | undefined, { touch = true } = {}): PersonView => {
      const row = find(logins.personOf(token ?? '', touch) ?? '')
      if (!row) throw refused('E_LOGIN', '请先登录', 'log in first')
      return viewOf(row, clock.now())
    },
    /** For what stays open as long as a login: see `createLogins`. */
    loginLeft: logins.left,
    onLoginEnd: logins.onEnd,
    /** The login goes on. Errors: E_PERSON_LOCKED, E_PIN_OLD, E_PIN_WEAK, E_DISK_*. */
    changePin: (id: string, pin: string, newPin: string): void => {
      const row = prover.byId(id, pin, refused('E_PIN_OLD', '原密码不正确', 'the old PIN is wrong'))
      if (!isUsablePin(newPin) || newPin === pin)
        throw refused(
          'E_PIN_WEAK',
          '新密码须为六位数字，不能与原密码相同、不能全同或连号',
          'six digits, not the old one, not all the same, no run',
        )
      const next = { ...row, ...UNLOCKED, pin: hashPin(newPin), must_change: 0 }
      register.write({ kind: 'person.pin-changed', data: { person: id } }, next)
      logins.interrupt(id)
    },
    /**
     * Another person lifts the lock of too many wrong PINs; who is not locked (any more) stays as they are, unjournaled.
     * Errors: E_PERSON_ABSENT, E_PERSON_SELF, E_DISK_*.
     */
    unlock: (id: string, by: string): PersonView => {
      const row = find(id)
      if (!row) throw personAbsent()
      if (id === by)
        throw refused('E_PERSON_SELF', '须由另一位药师解锁', 'another pharmacist must lift your lock')
      if (!isLocked(row, clock.now())) return viewOf(row, clock.now())
      const next = { ...row, ...UNLOCKED }
      register.write({ kind: 'person.unlocked', data: { person: id, by } }, next)
      return viewOf(next, clock.now())
    },
    /** Gives a badge, or (null) takes it away. Errors: E_PERSON_ABSENT, E_BADGE, E_BADGE_TAKEN, E_DISK_*. */
    setBadge: (id: string, badge: string | null, by: string): PersonView => {
      const row = find(id)
      if (!row) throw personAbsent()
      if (badge !== null && !isUsableBadge(badge))
        throw refused('E_BADGE', '工牌号须为 4–64 位字符', 'a badge has 4 to 64 characters')
      const owner = badge === null ? undefined : register.findBadge(badge)
      if (owner && owner.id !== id)
        throw refused('E_BADGE_TAKEN', `这张工牌属于${owner.name}`, `this badge is ${owner.name}’s`)
      const next = { ...row, badge: badge === null ? null : hashBadge(badge, register.badges()) }
      register.write({ kind: 'person.badge', data: { person: id, by, set: badge !== null } }, next)
      return viewOf(next, clock.now())
    },
  }
}

export type People = ReturnType<typeof createPeople>
