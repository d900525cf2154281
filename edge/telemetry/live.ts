import type { LiveSnapshot } from '#cloud-sync/contract/messages.ts'
import type { Alarms } from '../alarms/alarms.ts'
import type { EdgeClock } from '../clock.ts'
import type { Monitor } from '../cold-chain/monitor.ts'
import type { Stock } from '../stock/stock.ts'

type Options = {
  readonly site: string
  readonly clock: EdgeClock
  readonly monitors: readonly Monitor[]
  readonly stock: Stock
  readonly alarms: Alarms
}

/** What a dashboard shows of this site now. Lossy by design: the journal is what counts. */
export const snapshot = ({ site, clock, monitors, stock, alarms }: Options): LiveSnapshot => ({
  site,
  at: clock.now().toISOString(),
  thermometers: monitors.map(({ id, name, low, high, latest }) => {
    const reading = latest()
    return {
      id,
      name,
      low,
      high,
      celsius: reading?.celsius ?? null,
      at: reading ? new Date(reading.at).toISOString() : null,
    }
  }),
  stock: stock
    .lots()
    .map(({ drug, lot, expiry, drawer, quantity }) => ({ drug, lot, expiry, drawer, quantity })),
  alarms: alarms.open(),
})
