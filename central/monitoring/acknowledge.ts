import type { CentralAlarmView } from '#cloud-sync/contract/central-api.ts'
import type { Changes } from '../changes.ts'
import { type Clock, isoNow } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { Refusal } from '../errors.ts'
import { isCentreKind } from './centre-kinds.ts'
import { alarmView } from './views.ts'

type Deps = { readonly db: Db; readonly clock: Clock; readonly changes: Changes }
type Ask = { readonly site: string; readonly id: string; readonly by: string; readonly reason: string }

/**
 * A person's word that an alarm of the centre was looked into. It stays open until its cause is gone, and the first
 * word stands.
 * Errors: E_ALARM_UNKNOWN, E_ALARM_SITE, E_ALARM_ACKNOWLEDGED.
 */
export const acknowledgeAlarm = async (
  { db, clock, changes }: Deps,
  { site, id, by, reason }: Ask,
): Promise<CentralAlarmView> => {
  const row = await db.transaction().execute(async tx => {
    const found = await tx
      .selectFrom('alarms')
      .select(['kind', 'acknowledged_by'])
      .where('site', '=', site)
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst()
    if (!found) throw new Refusal('E_ALARM_UNKNOWN')
    if (!isCentreKind(found.kind)) throw new Refusal('E_ALARM_SITE')
    if (found.acknowledged_by !== null) throw new Refusal('E_ALARM_ACKNOWLEDGED')
    return tx
      .updateTable('alarms')
      .set({ acknowledged_by: by, acknowledged_at: isoNow(clock), ack_reason: reason })
      .where('site', '=', site)
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
  })
  changes.announce('alarms')
  return alarmView(row)
}
