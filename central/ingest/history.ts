/**
 * Ingest of the sites' journals. Invariants: a record, its projections and the watermark are one transaction; the
 * watermark never passes a gap or a broken chain; what is committed is answered with the watermark, however often it
 * comes; only after commit is anything said to the site.
 */

import type { CentralTopic } from '#cloud-sync/contract/central-api.ts'
import { HistoryBatch, parseMessage, type Watermark } from '#cloud-sync/contract/messages.ts'
import { YaoguiError } from '#domain/error.ts'
import type { ChainFault } from '#domain/journal/record.ts'
import type { Changes } from '../changes.ts'
import { type Clock, isoNow } from '../clock.ts'
import type { Db, Tx } from '../db/open.ts'
import { contiguousFrom, findFault, type Mark, placeBatch } from './chain.ts'
import { clearChainAlarm, closeReplacedChains, raiseChainAlarm } from './chain-alarm.ts'
import { project } from './projections.ts'
import { storeRecords } from './store.ts'

export type IngestDeps = { readonly db: Db; readonly clock: Clock; readonly changes: Changes }

type Taken =
  | {
      readonly kind: 'committed'
      readonly mark: Pick<Mark, 'epoch' | 'committed'>
      readonly topics: readonly CentralTopic[]
    }
  | { readonly kind: 'broken'; readonly fault: ChainFault }

const refuse = (code: string, zh: string, en: string) => new YaoguiError(code, { zh, en })

/** A batch that speaks of one site and one epoch only, in text a database can hold. Errors: `parseMessage`'s, E_SITE, E_HISTORY_EPOCH, E_HISTORY_TEXT. */
const readBatch = (site: string, payload: Uint8Array): HistoryBatch => {
  const batch = parseMessage(HistoryBatch, payload)
  if (batch.site !== site)
    throw refuse(
      'E_SITE',
      `主题属于${site}，内容属于${batch.site}`,
      `topic of ${site}, payload of ${batch.site}`,
    )
  if (batch.records.some(({ epoch }) => epoch !== batch.epoch))
    throw refuse('E_HISTORY_EPOCH', '批内记录的纪元不一致', 'records of several epochs in one batch')
  if (batch.records.some(({ at, boot, kind, data }) => `${at}${boot}${kind}${data}`.includes('\0')))
    throw refuse('E_HISTORY_TEXT', '记录含有空字符', 'a record holds a NUL')
  return batch
}

const marksOf = (tx: Db | Tx, site: string): Promise<Mark[]> =>
  tx
    .selectFrom('watermarks')
    .select(['epoch', 'committed', 'hash', 'chain_ok'])
    .where('site', '=', site)
    .forUpdate()
    .execute()

const advance = async (
  tx: Tx,
  { site, mark, at }: { readonly site: string; readonly mark: Mark; readonly at: string },
) => {
  const { committed, hash } = mark
  const row = { committed, hash, at, chain_ok: true, fault: null }
  await tx
    .insertInto('watermarks')
    .values({ site, epoch: mark.epoch, ...row })
    .onConflict(conflict => conflict.columns(['site', 'epoch']).doUpdateSet(row))
    .execute()
}

const takeBatch = async (tx: Tx, clock: Clock, { site, epoch, records }: HistoryBatch): Promise<Taken> => {
  const placement = placeBatch(await marksOf(tx, site), epoch)
  if (placement.kind === 'stale') return { kind: 'committed', mark: placement.newest, topics: [] }
  const { mark } = placement
  const fresh = contiguousFrom(records, mark.committed)
  const fault = await findFault(tx, { site, mark, records, fresh })
  if (fault) {
    await raiseChainAlarm(tx, clock, { site, mark, fault })
    return { kind: 'broken', fault }
  }
  const last = fresh.at(-1)
  if (!last) return { kind: 'committed', mark, topics: [] }
  const at = isoNow(clock)
  await storeRecords(tx, { site, records: fresh, at })
  const topics = new Set<CentralTopic>(['sites'])
  for (const record of fresh)
    for (const topic of await project(tx, clock, { site, record })) topics.add(topic)
  if (!mark.chain_ok) await clearChainAlarm(tx, clock, { site, epoch })
  const moved = { epoch, committed: last.seq, hash: last.hash, chain_ok: true }
  await advance(tx, { site, mark: moved, at })
  if (mark.committed === 0) await closeReplacedChains(tx, site)
  return { kind: 'committed', mark: moved, topics: [...topics] }
}

/**
 * How far the log of `epoch` is committed here. Said unasked when a site appears: one that has nothing to send would
 * not notice that this database was put back from a backup, and would let go of what is missing.
 */
export const watermarkOf = async (
  { db, clock }: Pick<IngestDeps, 'db' | 'clock'>,
  { site, epoch }: { readonly site: string; readonly epoch: number },
): Promise<Watermark> => {
  const placement = placeBatch(await marksOf(db, site), epoch)
  const mark = placement.kind === 'stale' ? placement.newest : placement.mark
  return { epoch: mark.epoch, committed: mark.committed, at: isoNow(clock) }
}

/**
 * Takes one batch; the watermark to answer with. A gap, a repetition and a stale epoch are answered too: the watermark
 * tells the site where to go on. Errors: `readBatch`'s, and E_HISTORY_CHAIN, which is answered with silence: the site
 * tries again in its own time, and the wall shows that the chain is broken.
 */
export const ingestHistory = async (
  { db, clock, changes }: IngestDeps,
  { site, payload }: { readonly site: string; readonly payload: Uint8Array },
): Promise<Watermark> => {
  const batch = readBatch(site, payload)
  const taken = await db.transaction().execute(tx => takeBatch(tx, clock, batch))
  if (taken.kind === 'broken') {
    changes.announce('sites', 'alarms')
    const { seq, fault } = taken.fault
    throw refuse(
      'E_HISTORY_CHAIN',
      `日志链在第${seq}条断裂（${fault}）`,
      `journal chain broken at ${seq}: ${fault}`,
    )
  }
  changes.announce(...taken.topics)
  const { epoch, committed } = taken.mark
  return { epoch, committed, at: isoNow(clock) }
}
