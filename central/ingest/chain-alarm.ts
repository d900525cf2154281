import { sql } from 'kysely'
import type { ChainFault } from '#domain/journal/record.ts'
import { type Clock, isoNow } from '../clock.ts'
import type { Tx } from '../db/open.ts'
import { clearCentreAlarm, raiseCentreAlarm } from '../monitoring/centre-alarms.ts'
import type { Mark } from './chain.ts'

const alarmOf = (epoch: number): string => `central-chain-${epoch}`
/** `alarmOf` read backwards, also of an alarm that was raised again (`~2`). */
const EPOCH_OF_ID = sql<number>`substring(alarms.id from '^central-chain-([0-9]+)')::bigint`

/** Marks a site's chain as broken, visibly, and leaves the watermark where it is. */
export const raiseChainAlarm = async (
  tx: Tx,
  clock: Clock,
  { site, mark, fault }: { readonly site: string; readonly mark: Mark; readonly fault: ChainFault },
): Promise<void> => {
  const { epoch, committed, hash } = mark
  const at = isoNow(clock)
  const broken = { chain_ok: false, fault: `${fault.fault} #${fault.seq}` }
  await tx
    .insertInto('watermarks')
    .values({ site, epoch, committed, hash, at, ...broken })
    .onConflict(conflict => conflict.columns(['site', 'epoch']).doUpdateSet(broken))
    .execute()
  // Raised once, not at each repetition: its time is when it was first seen.
  if (!mark.chain_ok) return
  const text = {
    zh: `站点${site}的日志链在第${epoch}纪元第${fault.seq}条断裂，记录可能被改动，已停止接收`,
    en: `journal chain of ${site} broken at ${epoch}/${fault.seq}: records may have been altered`,
  }
  await raiseCentreAlarm(tx, { site, at, id: alarmOf(epoch), kind: 'journal-chain', ...text })
}

/** A true continuation arrived after all. The alarm keeps its times; the refused batch stays written down. */
export const clearChainAlarm = async (
  tx: Tx,
  clock: Clock,
  { site, epoch }: { readonly site: string; readonly epoch: number },
): Promise<void> => {
  await clearCentreAlarm(tx, { site, id: alarmOf(epoch), at: isoNow(clock) })
}

/**
 * A broken chain whose journal was replaced is never continued: where a person has looked into it, and the site goes on in
 * a later epoch, it is closed by that word.
 */
export const closeReplacedChains = async (tx: Tx, site: string): Promise<void> => {
  await tx
    .updateTable('alarms')
    .set(eb => ({ cleared_at: eb.ref('acknowledged_at') }))
    .where('site', '=', site)
    .where('raised_by', '=', 'centre')
    .where('kind', '=', 'journal-chain')
    .where('cleared_at', 'is', null)
    .where('acknowledged_at', 'is not', null)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('watermarks')
          .select('epoch')
          .where('watermarks.site', '=', site)
          .where('committed', '>', 0)
          .where('epoch', '>', EPOCH_OF_ID),
      ),
    )
    .execute()
}
