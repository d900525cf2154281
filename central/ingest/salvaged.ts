import { Check } from 'typebox/value'
import { hashRecord, type JournalRecord } from '#domain/journal/record.ts'
import { type Clock, isoNow } from '../clock.ts'
import type { Tx } from '../db/open.ts'
import { SALVAGED } from './events.ts'
import { storeRecords } from './store.ts'

export type Salvaged =
  | { readonly kind: 'new'; readonly record: JournalRecord }
  | { readonly kind: 'known' }
  | { readonly kind: 'problem'; readonly problem: string }

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const storedHash = async (
  tx: Tx,
  site: string,
  { epoch, seq }: JournalRecord,
): Promise<string | undefined> => {
  const row = await tx
    .selectFrom('journal')
    .select('hash')
    .where('site', '=', site)
    .where('epoch', '=', epoch)
    .where('seq', '=', seq)
    .executeTakeFirst()
  return row?.hash
}

/**
 * A record that a site saved from a damaged epoch and sends inside the next one: it is stored under its own epoch and
 * number, so that it counts once however often it comes. Its hash must be its own, and its epoch older than its carrier's.
 */
export const takeSalvaged = async (
  tx: Tx,
  clock: Clock,
  { site, carrier }: { readonly site: string; readonly carrier: JournalRecord },
): Promise<Salvaged> => {
  const data = parse(carrier.data)
  const problem = (text: string): Salvaged => ({
    kind: 'problem',
    problem: `${carrier.kind} #${carrier.seq}: ${text}`,
  })
  if (!Check(SALVAGED, data)) return problem('not a record')
  const { record } = data
  if (record.epoch >= carrier.epoch) return problem(`epoch ${record.epoch} inside epoch ${carrier.epoch}`)
  if (`${record.at}${record.boot}${record.kind}${record.data}`.includes('\0')) return problem('holds a NUL')
  if (hashRecord(record) !== record.hash)
    return problem(`${record.epoch}/${record.seq} is not as it was written`)
  if ((await storeRecords(tx, { site, records: [record], at: isoNow(clock) })) === 1)
    return { kind: 'new', record }
  const hash = await storedHash(tx, site, record)
  return hash === record.hash
    ? { kind: 'known' }
    : problem(`${record.epoch}/${record.seq} contradicts what is stored`)
}
