import { randomBytes } from 'node:crypto'
import type { PersonView, Role } from '#cloud-sync/contract/edge-api.ts'
import { YaoguiError } from '#domain/error.ts'
import { MINUTE } from '#domain/time.ts'
import type { EdgeClock } from '../clock.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'
import { hashPin, isUsablePin, matchesPin } from './pin.ts'

const LOCK_AFTER = 5
const LOCK_MS = 5 * MINUTE
/** A kiosk left alone logs its person off. */
export const IDLE_MINUTES = 10

export type InitialPerson = {
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly initialPin: string
}

type Row = {
  id: string
  name: string
  role: Role
  pin: string
  must_change: number
  failures: number
  locked_until: string | null
}

const viewOf = (row: Row): PersonView => ({
  id: row.id,
  name: row.name,
  role: row.role,
  mustChangePin: row.must_change === 1,
})

const refused = (code: string, zh: string, en: string) => new YaoguiError(code, { zh, en })

type Options = {
  readonly db: Database
  readonly journal: Journal
  readonly clock: EdgeClock
  readonly initial: readonly InitialPerson[]
}

/** Who may stand at the cabinet (R19: every login, refused ones too, is in the journal). Login tokens live in memory. */
export const createPeople = ({ db, journal, clock, initial }: Options) => {
  const logins = new Map<string, { person: string; until: number }>()
  for (const { id, name, role, initialPin } of initial) {
    if (db.get('SELECT 1 FROM people WHERE id = ?', id)) continue
    db.run(
      'INSERT INTO people (id, name, role, pin, must_change) VALUES (?,?,?,?,1)',
      id,
      name,
      role,
      hashPin(initialPin),
    )
  }
  const find = (id: string): Row | undefined => db.get<Row>('SELECT * FROM people WHERE id = ?', id)

  const refuse = (person: string, error: YaoguiError, project?: () => void): never => {
    journal.append(
      [{ kind: 'person.refused', data: { person: person.slice(0, 64), code: error.code } }],
      project,
    )
    throw error
  }

  const wrongPin = (row: Row, error: YaoguiError): never => {
    const failures = row.failures + 1
    const until = failures >= LOCK_AFTER ? new Date(clock.now().getTime() + LOCK_MS).toISOString() : null
    return refuse(row.id, error, () =>
      db.run(
        'UPDATE people SET failures = ?, locked_until = ? WHERE id = ?',
        until ? 0 : failures,
        until,
        row.id,
      ),
    )
  }

  /** The person with this PIN; wrong ones are counted, whichever door they are tried at. */
  const proven = (id: string, pin: string, wrong: YaoguiError): Row => {
    const row = find(id)
    if (!row) return refuse(id, refused('E_PERSON_UNKNOWN', '没有这个人员', 'no such person'))
    if (row.locked_until && row.locked_until > clock.now().toISOString())
      return refuse(
        id,
        refused(
          'E_PERSON_LOCKED',
          '密码错误次数过多，请五分钟后再试',
          'too many wrong PINs: try again in five minutes',
        ),
      )
    return matchesPin(pin, row.pin) ? row : wrongPin(row, wrong)
  }

  const authenticate = (id: string, pin: string): PersonView => {
    const row = proven(id, pin, refused('E_PIN_WRONG', '密码不正确', 'wrong PIN'))
    journal.append([{ kind: 'person.login', data: { person: id } }], () =>
      db.run('UPDATE people SET failures = 0, locked_until = NULL WHERE id = ?', id),
    )
    return viewOf(row)
  }

  return {
    list: (): readonly PersonView[] => db.all<Row>('SELECT * FROM people ORDER BY role, id').map(viewOf),
    /** Checks the PIN and journals the outcome. Errors: E_PERSON_UNKNOWN, E_PERSON_LOCKED, E_PIN_WRONG. */
    authenticate,
    login: (id: string, pin: string): { token: string; person: PersonView } => {
      const person = authenticate(id, pin)
      const token = randomBytes(24).toString('base64url')
      for (const [old, { until }] of logins) if (until <= clock.monotonic()) logins.delete(old)
      logins.set(token, { person: id, until: clock.monotonic() + IDLE_MINUTES * MINUTE })
      return { token, person }
    },
    logout: (token: string): void => void logins.delete(token),
    /** The person behind a token, which stays alive by being used. Errors: E_LOGIN. */
    who: (token: string | undefined, { touch = true } = {}): PersonView => {
      const login = token === undefined ? undefined : logins.get(token)
      const row = login && login.until > clock.monotonic() ? find(login.person) : undefined
      if (!login || !row) throw refused('E_LOGIN', '请先登录', 'log in first')
      if (touch) login.until = clock.monotonic() + IDLE_MINUTES * MINUTE
      return viewOf(row)
    },
    /** Errors: E_PERSON_LOCKED, E_PIN_OLD, E_PIN_WEAK. */
    changePin: (id: string, pin: string, newPin: string): void => {
      proven(id, pin, refused('E_PIN_OLD', '原密码不正确', 'the old PIN is wrong'))
      if (!isUsablePin(newPin) || newPin === pin)
        throw refused(
          'E_PIN_WEAK',
          '新密码须为六位数字，不能与原密码相同、不能全同或连号',
          'six digits, not the old one, not all the same, no run',
        )
      journal.append([{ kind: 'person.pin-changed', data: { person: id } }], () =>
        db.run(
          'UPDATE people SET pin = ?, must_change = 0, failures = 0, locked_until = NULL WHERE id = ?',
          hashPin(newPin),
          id,
        ),
      )
    },
  }
}
