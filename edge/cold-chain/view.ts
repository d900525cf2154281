import type { ThermometerView } from '#cloud-sync/contract/edge-cold-chain.ts'
import type { History } from '#cloud-sync/history/port.ts'
import type { DetectState } from '#domain/cold-chain/detect.ts'
import { type Limits, sideOf } from '#domain/cold-chain/limits.ts'
import type { DetectConfig, Reading } from '#domain/cold-chain/rule.ts'
import { ruleWords } from '#domain/cold-chain/rule-words.ts'
import { DAY, MINUTE } from '#domain/time.ts'
import type { TemperatureReading } from '#hardware/ports.ts'
import type { EdgeClock } from '../clock.ts'
import type { EarlyWarning } from './early.ts'

const CHART_WIDTH = 15 * MINUTE

/** What a monitor knows at this moment. */
type Seen = {
  readonly state: DetectState
  readonly lastGood: Reading | null
  readonly latest: TemperatureReading | undefined
  /** No valid reading for so long that it is an alarm. */
  readonly silent: boolean
}

type Options = {
  readonly history: History
  readonly clock: EdgeClock
  readonly site: string
  readonly id: string
  readonly name: string
  readonly range: Limits
  readonly config: DetectConfig
  readonly early?: EarlyWarning | undefined
  readonly seen: () => Seen
}

const stateOf = ({ state, lastGood, silent }: Seen, range: Limits): ThermometerView['state'] => {
  if (!lastGood || silent) return 'no-data'
  if (state.cold?.alarmAt || state.hot?.alarmAt) return 'excursion'
  return sideOf(lastGood.celsius, range) ? 'out-of-range' : 'ok'
}

const forecastOf = (early: EarlyWarning | undefined): ThermometerView['forecast'] => {
  const forecast = early?.forecast() ?? null
  if (!forecast) return null
  const { side, minutes, limit } = forecast
  return { side, minutes: Math.round(minutes), limit }
}

/** What a page shows of one thermometer: now, and the last day in buckets. */
export const createView =
  ({ history, clock, site, id, name, range, config, early, seen }: Options) =>
  async (): Promise<ThermometerView> => {
    const to = clock.now().getTime()
    const buckets = await history.buckets({
      series: 'temperature',
      site,
      channel: id,
      from: to - DAY,
      to,
      width: CHART_WIDTH,
    })
    const now = seen()
    const { lastGood, latest } = now
    const state = stateOf(now, range)
    return {
      id,
      name,
      ...range,
      rule: { version: config.version, text: ruleWords(config) },
      celsius: lastGood?.celsius ?? null,
      at: lastGood ? new Date(lastGood.at).toISOString() : null,
      fault: latest && !latest.ok ? latest.fault : null,
      state,
      forecast: state === 'no-data' ? null : forecastOf(early),
      points: buckets.map(({ at, min, max }) => [at, min, max] as const),
    }
  }
