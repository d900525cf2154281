import type { PersonView } from '#cloud-sync/contract/edge-api.ts'
import { YaoguiError } from '#domain/error.ts'
import { MINUTE } from '#domain/time.ts'
import type { EdgeClock } from '../clock.ts'
import { createLogins } from './logins.ts'
import { hashPin, isUsablePin, matchesPin } from './pin.ts'
import { createRegister, type Options, type Register } from './register.ts'
import { isLocked, personAbsent, type Row, UNLOCKED, viewOf } from './rows.ts'

const LOCK_AFTER = 5
const LOCK_MS = 5 * MINUTE

const refused = (code: string, zh: string, en: string) => new YaoguiError(code, { zh, en })

/** Checks PINs; refusals are journaled and counted, whichever door they are tried at. */
const createProof = ({ find, tell }: Register, clock: EdgeClock) => {
  const refuse = (person: string, error: YaoguiError, next?: Row): never => {
    tell({ kind: 'person.refused', data: { person: person.slice(0, 64), code: error.code } }, next)
    throw error
  }
  const counted = (row: Row): Row => {
    const failures = row.failures + 1
    if (failures < LOCK_AFTER) return { ...row, failures, locked_until: null }
    const until = new Date(clock.now().getTime() + LOCK_MS).toISOString()
    return { ...row, failures: 0, locked_until: until }
  }
  return (id: string, pin: string, wrong: YaoguiError): Row => {
    const row = find(id)
    if (!row) return refuse(id, refused('E_PERSON_UNKNOWN', '没有这个人员', 'no such person'))
    if (isLocked(row, clock.now()))
      return refuse(
        id,
        refused(
          'E_PERSON_LOCKED',
          '密码错误次数过多，请五分钟后再试，或请另一位药师解锁',
          'too many wrong PINs: try again in five minutes, or have another pharmacist unlock you',
        ),
      )
    return matchesPin(pin, row.pin) ? row : refuse(id, wrong, counted(row))
  }
}

/**
 * Who may stand at the cabinet (R19: every login, refused ones too, is in the journal). While the disk refuses, logins
 * and refusals are journaled later; what changes a PIN or lifts a lock is refused.
 */
export const createPeople = (options: Options) => {
  const { clock } = options
  const register = createRegister(options)
  const { find } = register
  const proven = createProof(register, clock)
  const logins = createLogins(clock)

  const authenticate = (id: string, pin: string): PersonView => {
    const row = proven(id, pin, refused('E_PIN_WRONG', '密码不正确', 'wrong PIN'))
    const next = { ...row, ...UNLOCKED }
    register.tell({ kind: 'person.login', data: { person: id } }, next)
    return viewOf(next, clock.now())
  }

  return {
    list: register.list,
    /** Checks the PIN and journals the outcome. Errors: E_PERSON_UNKNOWN, E_PERSON_LOCKED, E_PIN_WRONG. */
    authenticate,
    /** Ends an older login of the same person. Errors as `authenticate`. */
    login: (id: string, pin: string): { token: string; person: PersonView } => {
      const person = authenticate(id, pin)
      return { token: logins.begin(id), person }
    },
    logout: logins.end,
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
      const row = proven(id, pin, refused('E_PIN_OLD', '原密码不正确', 'the old PIN is wrong'))
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
  }
}
