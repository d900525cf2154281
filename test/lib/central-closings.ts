import { generateKeyPairSync } from 'node:crypto'
import { countClasses, signClosing } from '#domain/journal/closing.ts'
import type { JournalRecord } from '#domain/journal/record.ts'
import { shanghaiDay } from '#domain/time.ts'
import { createJournal } from './central-journal.ts'

/** A site's journal with a key that signs its days, in the test's hand. */
export const createClosedJournal = (site: string, epoch = 1) => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const { kty, crv, x } = publicKey.export({ format: 'jwk' })
  const journal = createJournal({ epoch })
  const kid = `key-of-${site}-${epoch}`
  let sent = 0
  return {
    ...journal,
    tellKey: (at: string): JournalRecord => journal.append('site.key', { kid, jwk: { kty, crv, x } }, at),
    /** A sign of life. */
    live: (at: string): JournalRecord => journal.append('agent.started', { version: '1', recovered: [] }, at),
    /** Closes everything so far; `changes` are made after the signature. */
    closeDay: (at: string, changes: object = {}): JournalRecord => {
      const { records } = journal
      const last = records.at(-1)
      if (!last) throw new Error('nothing to close')
      const day = shanghaiDay(new Date(last.at))
      const stretch = { site, day, epoch, fromSeq: 1, toSeq: last.seq, head: last.hash }
      const closing = signClosing({ ...stretch, counts: countClasses(records) }, { kid, key: privateKey })
      return journal.append('day.closed', { ...closing, ...changes }, at)
    },
    /** What was not yet sent. */
    rest: (): readonly JournalRecord[] => {
      const rest = journal.records.slice(sent)
      sent = journal.records.length
      return rest
    },
  }
}
