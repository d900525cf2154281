import { median, resolutionOf, settled } from '#hardware/commissioning/judge.ts'
import type { Event } from '#hardware/commissioning/talk.ts'
import { HardwareError } from '#hardware/error.ts'
import type { Scale, Thermometer } from '#hardware/ports.ts'

/** `now` in ms, never stepping. */
export type WalkClock = { readonly now: () => number; readonly pause: (ms: number) => Promise<void> }

export type Timings = {
  /** Between two readings of a scale. */
  readonly weighEveryMs: number
  /** So many in a row must be stable. */
  readonly weighings: number
  readonly weighWithinMs: number
  readonly measureEveryMs: number
  /** So many temperatures in a row must lie within `measureSpread` °C. */
  readonly measurings: number
  readonly measureSpread: number
  readonly measureWithinMs: number
}

/** Two seconds of rest for a scale; a minute within 0.15 °C (two steps of a DS18B20) for a probe in ice water. */
export const TIMINGS: Timings = {
  weighEveryMs: 250,
  weighings: 8,
  weighWithinMs: 30_000,
  measureEveryMs: 2_000,
  measurings: 30,
  measureSpread: 0.15,
  measureWithinMs: 15 * 60_000,
}

type Tools = { readonly clock: WalkClock; readonly timings: Timings }

/** Rejects with E_SCALE_UNSTABLE (transient), or as the scale does. */
export const weigh = async (
  scale: Scale,
  { clock, timings }: Tools,
): Promise<Extract<Event, { is: 'weighed' }>> => {
  const until = clock.now() + timings.weighWithinMs
  let row: readonly number[] = []
  while (clock.now() <= until) {
    const { grams, stable } = await scale.read()
    row = stable ? [...row, grams] : []
    if (row.length >= timings.weighings)
      return { is: 'weighed', grams: median(row), resolution: resolutionOf(row) }
    await clock.pause(timings.weighEveryMs)
  }
  const zh = '秤一直不稳定'
  throw new HardwareError('E_SCALE_UNSTABLE', {
    zh,
    en: 'the scale does not come to rest',
    kind: 'transient',
  })
}

/** Only what it shows at rest: a drawer that was just pulled out swings by more than what is laid in. */
export const watch = async (
  scale: Scale,
  ms: number,
  { clock, timings }: Tools,
): Promise<Extract<Event, { is: 'watched' }>> => {
  const until = clock.now() + ms
  const trace: number[] = []
  do {
    const { grams, stable } = await scale.read()
    if (stable) trace.push(grams)
    await clock.pause(timings.weighEveryMs)
  } while (clock.now() < until)
  return { is: 'watched', trace, resolution: resolutionOf(trace) }
}

const SHOWN = 10

/** `tell`: the reading now and then, for the person who waits. Rejects with E_THERMOMETER_… (transient). */
export const measure = async (
  thermometer: Thermometer,
  { clock, timings, tell }: Tools & { readonly tell: (celsius: number) => void },
): Promise<Extract<Event, { is: 'measured' }>> => {
  const until = clock.now() + timings.measureWithinMs
  const rule = { count: timings.measurings, within: timings.measureSpread }
  const row: number[] = []
  while (clock.now() <= until) {
    const reading = await thermometer.read()
    if (!reading.ok) {
      const zh = `温度计读不出：${reading.fault}`
      throw new HardwareError('E_THERMOMETER_FAULT', {
        zh,
        en: `no reading: ${reading.fault}`,
        kind: 'transient',
      })
    }
    row.push(reading.celsius)
    const celsius = settled(row, rule)
    if (celsius !== undefined) return { is: 'measured', celsius }
    if (row.length % SHOWN === 0) tell(reading.celsius)
    await clock.pause(timings.measureEveryMs)
  }
  const zh = '温度一直不稳定'
  throw new HardwareError('E_THERMOMETER_UNSTABLE', {
    zh,
    en: 'the temperature does not settle',
    kind: 'transient',
  })
}
