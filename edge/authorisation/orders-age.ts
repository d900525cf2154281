import { HOUR } from '#domain/time.ts'
import type { Alarms } from '../alarms/alarms.ts'
import type { EdgeClock } from '../clock.ts'
import type { Database } from '../journal/database.ts'

const ORDERS_OLD_HOURS = 24

type Options = {
  readonly db: Pick<Database, 'get'>
  readonly alarms: Pick<Alarms, 'raise' | 'clear'>
  readonly clock: EdgeClock
  /** When the list was last known complete; null = never. */
  readonly confirmedAt: () => string | null
  readonly hours?: number | undefined
}

/**
 * Warns while the order list is older than `hours` (R21): what was revoked or reviewed since is not known here. A site that
 * was never told counts from its first record. Call it now and then; returns the age in milliseconds.
 */
export const createOrdersAge = ({ db, alarms, clock, confirmedAt, hours = ORDERS_OLD_HOURS }: Options) => {
  const firstRecord = (): string | undefined =>
    db.get<{ at: string }>('SELECT at FROM journal ORDER BY seq LIMIT 1')?.at
  return (): number => {
    const now = clock.now()
    const since = confirmedAt() ?? firstRecord() ?? now.toISOString()
    const age = Math.max(0, now.getTime() - Date.parse(since))
    if (age > hours * HOUR)
      alarms.raise({
        id: 'orders-old',
        kind: 'orders',
        level: 'warning',
        zh: `处方队列已超过 ${hours} 小时未与中心核对，撤销和新处方可能尚未送达，请检查网络`,
        en: `the order list has not been confirmed by the centre for over ${hours} h: revocations and new orders may be missing; check the network`,
      })
    else alarms.clear('orders-old')
    return age
  }
}
