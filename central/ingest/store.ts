import type { JournalRecord } from '#domain/journal/record.ts'
import type { Tx } from '../db/open.ts'

type Input = { readonly site: string; readonly records: readonly JournalRecord[]; readonly at: string }

/** Stores records under (site, epoch, seq); what is there already stays. How many were new. */
export const storeRecords = async (tx: Tx, { site, records, at }: Input): Promise<number> => {
  const rows = records.map(
    ({ clockTrusted, epoch, seq, at: when, mono, boot, kind, data, prev, hash, class: c }) => ({
      ...{ site, epoch, seq, mono, boot, kind, data, prev, hash, at: when, class: c },
      clock_trusted: clockTrusted,
      stored_at: at,
    }),
  )
  const stored = await tx
    .insertInto('journal')
    .values(rows)
    .onConflict(conflict => conflict.doNothing())
    .returning('seq')
    .execute()
  return stored.length
}
