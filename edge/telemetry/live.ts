import type { LiveSnapshot } from '#cloud-sync/contract/messages.ts'
import type { Alarms } from '../alarms/alarms.ts'
import type { EdgeClock } from '../clock.ts'
import type { Monitor } from '../cold-chain/monitor.ts'
import type { Stock } from '../stock/stock.ts'

type Options = {
  readonly site: string
  readonly clock: Pick<EdgeClock, 'now'>
  readonly monitors: readonly Pick<Monitor, 'id' | 'name' | 'low' | 'high' | 'atLimitOut' | 'latest'>[]
  readonly stock: Pick<Stock, 'lots'>
  readonly alarms: Pick<Alarms, 'open'>
  /** Which thermometer watches over each drawer. */
  readonly drawers: ReadonlyMap<string, { readonly cold?: string }>
}

/** What a dashboard shows of this site now. Lossy by design: the journal is what counts. */
export const snapshot = ({ site, clock, monitors, stock, alarms, drawers }: Options): LiveSnapshot => ({
  site,
  at: clock.now().toISOString(),
  thermometers: monitors.map(({ id, name, low, high, atLimitOut, latest }) => {
    const reading = latest()
    return {
      id,
      name,
      low,
      high,
      ...(atLimitOut ? { atLimitOut: [...atLimitOut] } : {}),
      celsius: reading?.celsius ?? null,
      at: reading ? new Date(reading.at).toISOString() : null,
      drawers: [...drawers].flatMap(([drawer, { cold }]) => (cold === id ? [drawer] : [])),
    }
  }),
  stock: stock
    .lots()
    .map(({ drug, lot, expiry, drawer, quantity }) => ({ drug, lot, expiry, drawer, quantity })),
  alarms: alarms.open(),
})
