import { type Clock, isoNow } from '../clock.ts'
import type { Db, Tx } from '../db/open.ts'
import { digest } from '../people/secret.ts'

/** Beyond this many different refused messages of one site only their digests are kept, so that nobody fills the disk. */
const KEPT_PAYLOADS = 200
const MAX_PROBLEM = 2000

export type RefusedMessage = {
  readonly site: string
  readonly topic: string
  readonly code: string
  readonly problem: string
  readonly payload: Uint8Array
}

/** PostgreSQL's text cannot hold NUL. */
const clean = (text: string): string => text.replaceAll('\0', '␀').slice(0, MAX_PROBLEM)

/**
 * Writes down what was not taken: a site that is refused keeps its record, and a person can see why. The same message
 * again is counted, not stored again.
 */
export const recordRefused = async (db: Db | Tx, clock: Clock, message: RefusedMessage): Promise<void> => {
  const { site, code, payload } = message
  const { kept } = await db
    .selectFrom('refused_messages')
    .select(({ fn }) => fn.countAll<number>().as('kept'))
    .where('site', '=', site)
    .where('payload', 'is not', null)
    .executeTakeFirstOrThrow()
  const at = isoNow(clock)
  await db
    .insertInto('refused_messages')
    .values({
      ...{ site, code, topic: clean(message.topic), problem: clean(message.problem) },
      digest: digest(payload),
      payload: kept < KEPT_PAYLOADS ? Buffer.from(payload).toString('base64') : null,
      ...{ first_at: at, last_at: at },
    })
    .onConflict(conflict =>
      conflict
        .columns(['site', 'digest'])
        .doUpdateSet(eb => ({ times: eb('refused_messages.times', '+', 1), last_at: at })),
    )
    .execute()
}
