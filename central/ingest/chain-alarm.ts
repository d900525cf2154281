import type { ChainFault } from '#domain/journal/record.ts'
import { type Clock, isoNow } from '../clock.ts'
import type { Tx } from '../db/open.ts'
import type { CentreKind } from '../monitoring/centre-kinds.ts'
import { projectAlarm, projectAlarmCleared } from '../monitoring/projections.ts'
import type { Mark } from './chain.ts'

const alarmOf = (epoch: number): string => `central-chain-${epoch}`

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
  const data = {
    alarm: alarmOf(epoch),
    kind: 'journal-chain' satisfies CentreKind,
    level: 'alarm',
    ...text,
  } as const
  await projectAlarm(tx, { site, at, data })
}

/** A true continuation arrived after all. The alarm keeps its times; the refused batch stays written down. */
export const clearChainAlarm = (
  tx: Tx,
  clock: Clock,
  { site, epoch }: { readonly site: string; readonly epoch: number },
): Promise<void> => projectAlarmCleared(tx, { site, at: isoNow(clock), data: { alarm: alarmOf(epoch) } })
