import { type Clock, isoNow } from '../clock.ts'
import type { Db, Tx } from '../db/open.ts'
import { digest } from '../people/secret.ts'

/** Of more different refused messages of one site only the digests are kept, and beyond these only one count a code. */
const KEPT_PAYLOADS = 200
const KEPT_ROWS = 2000
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
 * again is counted, not stored again. However many there are, nobody fills the disk with them.
 */
export const recordRefused = async (db: Db | Tx, clock: Clock, message: RefusedMessage): Promise<void> => {
  const { site, code, payload } = message
  const { rows, payloads } = await db
    .selectFrom('refused_messages')
    .select(({ fn }) => [fn.countAll<number>().as('rows'), fn.count<number>('payload').as('payloads')])
    .where('site', '=', site)
    .executeTakeFirstOrThrow()
  const at = isoNow(clock)
  await db
    .insertInto('refused_messages')
    .values({
      ...{ site, code, topic: clean(message.topic), problem: clean(message.problem) },
      digest: rows < KEPT_ROWS ? digest(payload) : `more ${code}`,
      payload: payloads < KEPT_PAYLOADS ? Buffer.from(payload).toString('base64') : null,
      ...{ first_at: at, last_at: at },
    })
    .onConflict(conflict =>
      conflict
        .columns(['site', 'digest'])
        .doUpdateSet(eb => ({ times: eb('refused_messages.times', '+', 1), last_at: at })),
    )
    .execute()
}
