import type { CentralLogin, CentralPerson } from '#cloud-sync/contract/central-api.ts'
import { HOUR } from '#domain/time.ts'
import { type Clock, isoNow } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { checkPin, findPerson } from './people.ts'
import { digest, newToken } from './secret.ts'

/** A working day; then the PIN again. */
const SESSION_MS = 10 * HOUR

type Deps = { readonly db: Db; readonly clock: Clock }

/** Errors: E_LOGIN, E_LOCKED. Sessions are in the database and outlive a restart; only a hash of the token is. */
export const login = async (
  { db, clock }: Deps,
  credentials: { readonly id: string; readonly pin: string },
): Promise<CentralLogin> => {
  const person = await checkPin({ db, clock }, credentials)
  const token = newToken()
  const expires_at = new Date(clock.now().getTime() + SESSION_MS).toISOString()
  await db.deleteFrom('sessions').where('expires_at', '<=', isoNow(clock)).execute()
  await db
    .insertInto('sessions')
    .values({ token_hash: digest(token), person: person.id, expires_at })
    .execute()
  return { token, person }
}

export const personOfToken = async (
  { db, clock }: Deps,
  token: string,
): Promise<CentralPerson | undefined> => {
  const session = await db
    .selectFrom('sessions')
    .select('person')
    .where('token_hash', '=', digest(token))
    .where('expires_at', '>', isoNow(clock))
    .executeTakeFirst()
  return session && findPerson(db, session.person)
}

export const logout = async (db: Db, token: string): Promise<void> => {
  await db.deleteFrom('sessions').where('token_hash', '=', digest(token)).execute()
}

/** A changed PIN ends the other sessions of its owner. */
export const endOtherSessions = async (
  db: Db,
  { person, token }: { readonly person: string; readonly token: string },
): Promise<void> => {
  await db
    .deleteFrom('sessions')
    .where('person', '=', person)
    .where('token_hash', '!=', digest(token))
    .execute()
}
