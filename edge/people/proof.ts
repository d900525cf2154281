import { YaoguiError } from '#domain/error.ts'
import type { NewEvent } from '#domain/journal/events.ts'
import { MINUTE } from '#domain/time.ts'
import type { EdgeClock } from '../clock.ts'
import { matchesPin } from './pin.ts'
import type { Register } from './register.ts'
import { isLocked, type Row, UNLOCKED } from './rows.ts'

const LOCK_AFTER = 5
const LOCK_MS = 5 * MINUTE

/** What somebody shows to be let in. A badge alone is enough only where the configuration says so. */
export type Proof =
  | { readonly person: string; readonly pin: string }
  | { readonly badge: string; readonly pin?: string }

export const refused = (code: string, zh: string, en: string) => new YaoguiError(code, { zh, en })
const wrongPin = () => refused('E_PIN_WRONG', '密码不正确', 'wrong PIN')

type Options = {
  readonly register: Register
  readonly clock: EdgeClock
  readonly badgeAlone: boolean
}

/** Checks PINs and badges; refusals are journaled and counted, whichever door they are tried at (R19). */
export const createProver = ({ register, clock, badgeAlone }: Options) => {
  const refuse = (person: string, error: YaoguiError, next?: Row): never => {
    register.tell({ kind: 'person.refused', data: { person: person.slice(0, 64), code: error.code } }, next)
    throw error
  }
  const counted = (row: Row): Row => {
    const failures = row.failures + 1
    if (failures < LOCK_AFTER) return { ...row, failures, locked_until: null }
    const until = new Date(clock.now().getTime() + LOCK_MS).toISOString()
    return { ...row, failures: 0, locked_until: until }
  }
  const open = (row: Row): Row =>
    isLocked(row, clock.now())
      ? refuse(
          row.id,
          refused(
            'E_PERSON_LOCKED',
            '密码错误次数过多，请五分钟后再试，或请另一位药师解锁',
            'too many wrong PINs: try again in five minutes, or have another pharmacist unlock you',
          ),
        )
      : row
  const byPin = (row: Row, pin: string, wrong: YaoguiError): Row =>
    matchesPin(pin, open(row).pin) ? row : refuse(row.id, wrong, counted(row))

  const byBadge = (badge: string, pin: string | undefined): Row => {
    const row = register.findBadge(badge)
    // What was read is not written down: it may be somebody's badge of another house.
    if (!row) return refuse('', refused('E_BADGE_UNKNOWN', '没有这张工牌', 'nobody here has this badge'))
    if (pin !== undefined) return byPin(row, pin, wrongPin())
    if (badgeAlone) return open(row)
    throw new YaoguiError('E_PIN_NEEDED', {
      zh: `${row.name}，请再输入密码`,
      en: `${row.name}: now your PIN`,
    })
  }

  const byId = (id: string, pin: string, wrong = wrongPin()): Row => {
    const row = register.find(id)
    return row
      ? byPin(row, pin, wrong)
      : refuse(id, refused('E_PERSON_UNKNOWN', '没有这个人员', 'no such person'))
  }

  return {
    /** Errors: E_PERSON_UNKNOWN, E_PERSON_LOCKED, `wrong`. */
    byId,
    /**
     * Who this is; `event` says what they are let in to. Wrong PINs before are forgotten.
     * Errors: E_PERSON_UNKNOWN, E_PERSON_LOCKED, E_PIN_WRONG, E_BADGE_UNKNOWN, E_PIN_NEEDED, what `event` throws.
     */
    admit: (proof: Proof, event: (row: Row) => NewEvent): Row => {
      const row = 'badge' in proof ? byBadge(proof.badge, proof.pin) : byId(proof.person, proof.pin)
      const next = { ...row, ...UNLOCKED }
      try {
        register.tell(event(next), next)
      } catch (error) {
        if (error instanceof YaoguiError) refuse(row.id, error)
        throw error
      }
      return next
    },
  }
}
