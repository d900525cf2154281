import { MINUTE } from '#domain/time.ts'
import type { HumidityReading } from '#hardware/ports.ts'
import type { Alarms } from '../alarms/alarms.ts'
import type { EdgeClock } from '../clock.ts'
import type { Journal } from '../journal/journal.ts'

/** GSP 附录3: recorded each half hour. */
const RECORD_MS = 30 * MINUTE
/** A door lets damp air in; that is no matter for anybody. */
const OUT_MS = 10 * MINUTE

type Options = {
  readonly id: string
  readonly name: string
  /** %RH, if the plan gives any. */
  readonly limits?: { readonly low: number; readonly high: number } | undefined
  readonly journal: Journal
  readonly alarms: Alarms
  readonly clock: EdgeClock
}

/** One hygrometer's watch: a record each half hour, and a warning of what is out of range for ten minutes. */
export const createHumidityWatch = ({ id, name, limits, journal, alarms, clock }: Options) => {
  let recordedAt: number | null = null
  let outSince: number | null = null
  const judge = (percent: number): void => {
    if (!limits) return
    const { low, high } = limits
    if (percent >= low && percent <= high) {
      outSince = null
      alarms.clear(`humidity-${id}`)
      return
    }
    outSince ??= clock.monotonic()
    if (clock.monotonic() - outSince < OUT_MS) return
    alarms.raise({
      id: `humidity-${id}`,
      kind: 'humidity',
      level: 'warning',
      zh: `${name}湿度 ${percent.toFixed(0)} %，超出 ${low}–${high} % 已 10 分钟`,
      en: `${name}: ${percent.toFixed(0)} %RH, outside ${low}–${high} % for ten minutes`,
    })
  }
  return (reading: HumidityReading): void => {
    // A sensor that fails is told by its thermometer, which is the same chip.
    if (!reading.ok) return
    const { percent, at } = reading
    judge(percent)
    if (recordedAt !== null && clock.monotonic() - recordedAt < RECORD_MS) return
    recordedAt = clock.monotonic()
    journal.record({ kind: 'humidity.record', data: { hygrometer: id, at: at.toISOString(), percent } })
  }
}
