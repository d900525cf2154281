import { sql } from 'kysely'
import { DAY, HOUR, shanghaiDay, shanghaiMidnight } from '#domain/time.ts'
import type { Db, Tx } from '../db/open.ts'
import { clearCentreAlarm, raiseCentreAlarm } from '../monitoring/centre-alarms.ts'
import type { CentreKind } from '../monitoring/centre-kinds.ts'

const ID = 'central-closing-missing'

/** A site closes a day within a minute of its end; by noon of the next one its clock may be wrong by half a day. */
const DUE_AFTER = 12 * HOUR

/** The first record of a site's newest journal that no closing covers. */
export type Unclosed = {
  readonly site: string
  readonly epoch: number
  readonly seq: number
  /** Asia/Shanghai, by the site's clock. */
  readonly day: string
  /** UTC ms. */
  readonly dueAt: number
}

/** By the site's own clock or by ours, whichever is earlier: a clock that was set ahead puts nothing off. UTC ms. */
const dayOf = (at: string, storedAt: string): number => {
  const [own, ours] = [Date.parse(at), Date.parse(storedAt)]
  return own > 0 && own < ours ? own : ours
}

/**
 * What of each site's newest journal is closed by no signed closing that holds, as far as it came. A journal whose chain
 * is broken is not taken in, and its alarm says so: it is not judged here.
 */
export const unclosedOf = async (db: Db | Tx, site?: string): Promise<readonly Unclosed[]> => {
  const closed = sql<number>`(SELECT coalesce(max(to_seq), 0) FROM closings c WHERE c.site = w.site AND c.epoch = w.epoch)`
  const query = db
    .selectFrom('watermarks as w')
    .innerJoin('journal as j', join =>
      join
        .onRef('j.site', '=', 'w.site')
        .onRef('j.epoch', '=', 'w.epoch')
        .on('j.seq', '=', sql<number>`1 + ${closed}`),
    )
    .select(['w.site', 'w.epoch', 'j.seq', 'j.at', 'j.stored_at'])
    .where('w.chain_ok', '=', true)
    .where('w.epoch', '=', sql<number>`(SELECT max(epoch) FROM watermarks n WHERE n.site = w.site)`)
  const rows = await (site === undefined ? query : query.where('w.site', '=', site)).execute()
  return rows.map(({ at, stored_at, ...row }) => {
    const when = dayOf(at, stored_at)
    return { ...row, day: shanghaiDay(new Date(when)), dueAt: shanghaiMidnight(when) + DAY + DUE_AFTER }
  })
}

/** The sites of which it is told now. */
export const toldMissing = async (db: Db): Promise<ReadonlySet<string>> => {
  const rows = await db
    .selectFrom('alarms')
    .select('site')
    .where('raised_by', '=', 'centre')
    .where('kind', '=', 'closing-missing' satisfies CentreKind)
    .where('cleared_at', 'is', null)
    .execute()
  return new Set(rows.map(({ site }) => site))
}

/** True when it was raised now. */
export const raiseClosingMissing = async (
  tx: Tx,
  { site, day, now }: Pick<Unclosed, 'site' | 'day'> & { readonly now: string },
): Promise<boolean> => {
  const known = await tx.selectFrom('sites').select('name').where('site', '=', site).executeTakeFirst()
  const name = known?.name ?? site
  return raiseCentreAlarm(tx, {
    ...{ site, id: ID, kind: 'closing-missing', at: now },
    zh: `${name}在线，但没有收到 ${day} 的有效日结：请站点查看终端的时钟、存储卡与签名密钥，并核实终端程序未被改动`,
    en: `${name} is online, but no closing that holds has come for ${day}: have clock, card, signing key and program of its agent examined`,
  })
}

/**
 * Clears the alarm once the site's newest journal is closed again; one that was never closed yet proves nothing. True
 * when it was open.
 */
export const clearIfClosed = async (
  tx: Tx,
  { site, now }: { readonly site: string; readonly now: string },
): Promise<boolean> => {
  const [unclosed] = await unclosedOf(tx, site)
  if (unclosed === undefined || unclosed.seq === 1 || unclosed.dueAt <= Date.parse(now)) return false
  return clearCentreAlarm(tx, { site, id: ID, at: now })
}
