import type { CentralAlarmView } from '#cloud-sync/contract/central-api.ts'
import type { Changes } from '../changes.ts'
import { type Clock, isoNow } from '../clock.ts'
import type { Db, Tx } from '../db/open.ts'
import { Refusal } from '../errors.ts'
import { closeReplacedChains } from '../ingest/chain-alarm.ts'
import { isFinding } from './centre-kinds.ts'
import { alarmView } from './views.ts'

type Deps = { readonly db: Db; readonly clock: Clock; readonly changes: Changes }
type Ask = { readonly site: string; readonly id: string; readonly by: string; readonly reason: string }

const findAlarm = async (tx: Tx, { site, id }: Ask) => {
  const found = await tx
    .selectFrom('alarms')
    .select(['raised_by', 'kind', 'acknowledged_by', 'cleared_at'])
    .where('site', '=', site)
    .where('id', '=', id)
    .forUpdate()
    .execute()
  const ours = found.find(({ raised_by }) => raised_by === 'centre')
  if (!ours) throw new Refusal(found.length === 0 ? 'E_ALARM_UNKNOWN' : 'E_ALARM_SITE')
  if (ours.acknowledged_by !== null) throw new Refusal('E_ALARM_ACKNOWLEDGED')
  return ours
}

/**
 * A person's word that an alarm of the centre was looked into; the first word stands. It closes what no later event would
 * end: a finding (`isFinding`), and a broken chain whose journal the site has replaced. Such an alarm's `cleared_at` is its
 * `acknowledged_at`. Any other stays open until its cause is gone.
 * Errors: E_ALARM_UNKNOWN, E_ALARM_SITE, E_ALARM_ACKNOWLEDGED.
 */
export const acknowledgeAlarm = async ({ db, clock, changes }: Deps, ask: Ask): Promise<CentralAlarmView> => {
  const { site, id, by, reason } = ask
  const row = await db.transaction().execute(async tx => {
    const { kind, cleared_at } = await findAlarm(tx, ask)
    const at = isoNow(clock)
    const word = { acknowledged_by: by, acknowledged_at: at, ack_reason: reason }
    const where = { site, id, raised_by: 'centre' } as const
    await tx
      .updateTable('alarms')
      .set({ ...word, cleared_at: cleared_at ?? (isFinding(kind) ? at : null) })
      .where(eb => eb.and(where))
      .execute()
    await closeReplacedChains(tx, site)
    return tx
      .selectFrom('alarms')
      .selectAll()
      .where(eb => eb.and(where))
      .executeTakeFirstOrThrow()
  })
  changes.announce('alarms', 'sites')
  return alarmView(row)
}
