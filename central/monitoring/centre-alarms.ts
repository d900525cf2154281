import { sql } from 'kysely'
import type { Wording } from '#domain/error.ts'
import type { Tx } from '../db/open.ts'
import { digest } from '../people/secret.ts'
import type { CentreKind } from './centre-kinds.ts'

type Place = { readonly site: string; readonly id: string }
type CentreAlarm = Place & Wording & { readonly kind: CentreKind; readonly at: string }

/** What a path of the API carries. */
const MAX_ID = 90

/**
 * A site's journal is the author of parts of an id. Of one that is too long, or holds what we set between an id and its
 * number (`~`), the digest stands in: no two alarms become one.
 */
const bounded = (id: string): string =>
  id.length <= MAX_ID && !/[~#]/.test(id)
    ? id
    : `${id.slice(0, 40).replaceAll('~', '-')}#${digest(id).slice(0, 40)}`

const own = (tx: Tx, site: string, id: string) =>
  tx
    .selectFrom('alarms')
    .select(['id', 'cleared_at'])
    .where('site', '=', site)
    .where('raised_by', '=', 'centre')
    .where(eb => eb.or([eb('id', '=', id), sql<boolean>`starts_with(id, ${`${id}~`})`]))
    .execute()

const insert = (tx: Tx, { site, id, kind, at, zh, en }: CentreAlarm) =>
  tx
    .insertInto('alarms')
    .values({
      ...{ site, raised_by: 'centre', id, kind, level: 'alarm', zh, en, raised_at: at, cleared_at: null },
      ...{ acknowledged_by: null, acknowledged_at: null, ack_reason: null },
    })
    .onConflict(conflict => conflict.columns(['site', 'raised_by', 'id']).doNothing())
    .execute()

/**
 * Unless it is open. Each time is a row of its own (`id`, `id~2`, …), so that earlier ones keep their times and words.
 * True when it was raised now.
 */
export const raiseCentreAlarm = async (tx: Tx, alarm: CentreAlarm): Promise<boolean> => {
  const id = bounded(alarm.id)
  const before = await own(tx, alarm.site, id)
  if (before.some(({ cleared_at }) => cleared_at === null)) return false
  await insert(tx, { ...alarm, id: before.length === 0 ? id : `${id}~${before.length + 1}` })
  return true
}

/** Its cause is gone. True when it was open. */
export const clearCentreAlarm = async (
  tx: Tx,
  { site, id, at }: Place & { readonly at: string },
): Promise<boolean> => {
  const open = (await own(tx, site, bounded(id))).filter(({ cleared_at }) => cleared_at === null)
  if (open.length === 0) return false
  await tx
    .updateTable('alarms')
    .set({ cleared_at: at })
    .where('site', '=', site)
    .where('raised_by', '=', 'centre')
    .where(
      'id',
      'in',
      open.map(one => one.id),
    )
    .execute()
  return true
}
