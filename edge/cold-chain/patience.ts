import { SECOND } from '#domain/time.ts'
import type { TemperatureReading, Thermometer } from '#hardware/ports.ts'
import type { EdgeClock } from '../clock.ts'

/** Sixteen sensors on one wire, one after the other, take 12 seconds. */
const PATIENCE_MS = 30 * SECOND

/**
 * A bus that hangs gives neither an answer nor an error, and a refrigerator behind it must not look like one that is watched:
 * after half a minute that is no answer. One read is under way at a time; another would hang as well.
 */
export const readPatiently = (
  { read }: Thermometer,
  clock: EdgeClock,
): (() => Promise<TemperatureReading>) => {
  let underWay: Promise<TemperatureReading> | undefined
  return async () => {
    underWay ??= read().finally(() => {
      underWay = undefined
    })
    let cancel = () => {}
    const late = new Promise<TemperatureReading>(resolve => {
      const none = () => resolve({ ok: false, fault: 'no-answer', at: clock.now(), source: 'sensor' })
      cancel = clock.after(PATIENCE_MS, none)
    })
    try {
      return await Promise.race([underWay, late])
    } finally {
      cancel()
    }
  }
}
