import { createChanges } from '#central/changes.ts'
import type { Clock } from '#central/clock.ts'
import type { Db } from '#central/db/open.ts'
import { ingestHistory } from '#central/ingest/history.ts'
import { takeSnapshot } from '#central/monitoring/live.ts'
import { upsertSites } from '#central/sites/sites.ts'
import type { JournalRecord } from '#domain/journal/record.ts'
import { encodeBatch } from './central-journal.ts'

let count = 0

/** A site that the centre knows, with thermometer F1 over drawers D01 and D02, and its journal's way in. */
export const newChartSite = async (db: Db, clock: Clock) => {
  const site = `chart-${++count}`
  await upsertSites({ db, clock, publicKeys: [] }, [{ site, name: site, secret: 'secret' }])
  const live = async (point: object): Promise<void> => {
    const thermometer = { id: 'F1', name: '1号冰箱', celsius: 5, low: 2, high: 8, at: null, ...point }
    const snapshot = {
      site,
      at: clock.now().toISOString(),
      thermometers: [thermometer],
      stock: [],
      alarms: 0,
    }
    await takeSnapshot(db, { site, payload: new TextEncoder().encode(JSON.stringify(snapshot)) })
  }
  await live({ drawers: ['D01', 'D02'] })
  const send = async (records: readonly JournalRecord[]): Promise<void> => {
    for (let from = 0; from < records.length; from += 200)
      await ingestHistory(
        { db, clock, changes: createChanges() },
        { site, payload: encodeBatch(site, records.slice(from, from + 200)) },
      )
  }
  return { site, live, send }
}
