import type { Db } from '../db/open.ts'

export type JournalCount = {
  readonly epoch: number
  /** Records stored, over all epochs. */
  readonly events: number
  /** Highest sequence number of the newest epoch. */
  readonly head: number
  /** Records below the head of their epoch that are not there: counted, not inferred from the watermark. */
  readonly missing: number
}

export const journalCounts = async (db: Db): Promise<ReadonlyMap<string, JournalCount>> => {
  const rows = await db
    .selectFrom('journal')
    .select(({ fn }) => ['site', 'epoch', fn.countAll<number>().as('events'), fn.max('seq').as('head')])
    .groupBy(['site', 'epoch'])
    .orderBy('epoch')
    .execute()
  const counts = new Map<string, JournalCount>()
  for (const { site, epoch, events, head } of rows) {
    const before = counts.get(site)
    counts.set(site, {
      epoch,
      head,
      events: (before?.events ?? 0) + events,
      missing: (before?.missing ?? 0) + head - events,
    })
  }
  return counts
}
