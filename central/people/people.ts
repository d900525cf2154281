import type { CentralPerson, CentralRole } from '#cloud-sync/contract/central-api.ts'
import { MINUTE } from '#domain/time.ts'
import { type Clock, isoNow } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { Refusal } from '../errors.ts'
import { hashSecret, pretendToVerify, verifySecret } from './secret.ts'

const MAX_FAILURES = 5
const LOCK_MS = 5 * MINUTE

/** A person at the first start. A PIN is given once and changed by its owner; `system` is an account of another program. */
export type PersonSeed = {
  readonly id: string
  readonly name: string
  readonly role: CentralRole
  readonly pin: string
  readonly mustChangePin?: boolean
}

type Row = {
  readonly id: string
  readonly name: string
  readonly role: string
  readonly must_change_pin: boolean
}

const toPerson = ({ id, name, role, must_change_pin }: Row): CentralPerson => ({
  id,
  name,
  role: role as CentralRole,
  mustChangePin: must_change_pin,
})

/** Adds who is not there yet; whoever is keeps his PIN. */
export const seedPeople = async (db: Db, people: readonly PersonSeed[]): Promise<void> => {
  for (const { id, name, role, pin, mustChangePin = false } of people) {
    const known = await db.selectFrom('people').select('id').where('id', '=', id).executeTakeFirst()
    if (known) continue
    const row = { id, name, role, pin_hash: await hashSecret(pin), must_change_pin: mustChangePin }
    await db
      .insertInto('people')
      .values({ ...row, locked_until: null })
      .execute()
  }
}

/** Who may log in at a screen: no accounts of programs. */
export const listPeople = async (db: Db): Promise<readonly Omit<CentralPerson, 'mustChangePin'>[]> => {
  const rows = await db
    .selectFrom('people')
    .select(['id', 'name', 'role'])
    .where('role', '!=', 'system')
    .orderBy('id')
    .execute()
  return rows.map(({ id, name, role }) => ({ id, name, role: role as CentralRole }))
}

export const findPerson = async (db: Db, id: string): Promise<CentralPerson | undefined> => {
  const row = await db.selectFrom('people').selectAll().where('id', '=', id).executeTakeFirst()
  return row && toPerson(row)
}

type Deps = { readonly db: Db; readonly clock: Clock }

/**
 * Counts an attempt before it is judged, so that a hundred side by side are still a hundred. Errors: E_LOCKED.
 */
const countAttempt = async ({ db, clock }: Deps, id: string): Promise<number> => {
  const row = await db
    .updateTable('people')
    .set(eb => ({ failures: eb('failures', '+', 1) }))
    .where('id', '=', id)
    .where(eb => eb.or([eb('locked_until', 'is', null), eb('locked_until', '<=', isoNow(clock))]))
    .returning('failures')
    .executeTakeFirst()
  if (!row) throw new Refusal('E_LOCKED')
  return row.failures
}

const lock = async ({ db, clock }: Deps, id: string): Promise<never> => {
  const locked_until = new Date(clock.now().getTime() + LOCK_MS).toISOString()
  await db.updateTable('people').set({ failures: 0, locked_until }).where('id', '=', id).execute()
  throw new Refusal('E_LOCKED')
}

/**
 * Checks a PIN and keeps count: the fifth wrong one in a row locks the account for five minutes, and a right PIN does
 * not open it before. Errors: E_LOGIN, E_LOCKED.
 */
export const checkPin = async (
  deps: Deps,
  { id, pin }: { readonly id: string; readonly pin: string },
): Promise<CentralPerson> => {
  const { db } = deps
  const row = await db.selectFrom('people').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) {
    await pretendToVerify(pin)
    throw new Refusal('E_LOGIN')
  }
  const attempts = await countAttempt(deps, id)
  // More than may be judged: those before it are being judged, or a crash kept them from being told.
  if (attempts > MAX_FAILURES) return lock(deps, id)
  if (await verifySecret(pin, row.pin_hash)) {
    await db.updateTable('people').set({ failures: 0, locked_until: null }).where('id', '=', id).execute()
    return toPerson(row)
  }
  if (attempts === MAX_FAILURES) return lock(deps, id)
  throw new Refusal('E_LOGIN')
}

const isWeak = (pin: string): boolean =>
  pin.length < 6 || /^(.)\1+$/.test(pin) || '01234567890'.includes(pin) || '09876543210'.includes(pin)

/** Errors: E_LOGIN, E_LOCKED, E_PIN_WEAK. */
export const changePin = async (
  deps: { readonly db: Db; readonly clock: Clock },
  { id, pin, newPin }: { readonly id: string; readonly pin: string; readonly newPin: string },
): Promise<void> => {
  await checkPin(deps, { id, pin })
  if (isWeak(newPin) || newPin === pin) throw new Refusal('E_PIN_WEAK')
  const change = { pin_hash: await hashSecret(newPin), must_change_pin: false }
  await deps.db.updateTable('people').set(change).where('id', '=', id).execute()
}
