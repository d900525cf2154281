import type { Reading } from '#domain/cold-chain/rule.ts'
import {
  type Cause,
  type Forecast,
  foresee,
  initialThermalState,
  type ThermalState,
} from '#domain/cold-chain/thermal.ts'
import type { Alarms } from '../alarms/alarms.ts'
import type { Database } from '../journal/database.ts'
import { type ColdBoard, forecastWords } from './board.ts'

/** What a room is taken for, °C, where nobody measures it. */
const AMBIENT = 25

type Options = {
  readonly db: Database
  readonly alarms: Alarms
  readonly board: ColdBoard
  readonly id: string
  readonly name: string
  readonly low: number
  readonly high: number
  /** What is known to warm it at this moment. */
  readonly cause: () => Cause | null
}

/** Warns of a refrigerator that is on its way out of range; what it has learnt of it outlives a restart. */
export const createEarlyWarning = ({ db, alarms, board, id, name, low, high, cause }: Options) => {
  const config = { low, high, ambient: AMBIENT }
  const alarm = `forecast-${id}`
  const stored = db.get<{ state: string }>('SELECT state FROM thermal_state WHERE thermometer = ?', id)
  let state: ThermalState = stored ? (JSON.parse(stored.state) as ThermalState) : initialThermalState
  let forecast: Forecast | null = null

  const warn = (of: Forecast): void => {
    const moves =
      of.side === 'hot' ? { zh: '正在升温', en: 'is warming' } : { zh: '正在降温', en: 'is cooling' }
    const soon = forecastWords(of)
    alarms.raise({
      id: alarm,
      kind: 'forecast',
      level: 'warning',
      zh: `${name}${moves.zh}${soon ? `，${soon.zh}` : ''}`,
      en: `${name} ${moves.en}${soon ? `: ${soon.en}` : ''}`,
    })
  }
  return {
    forecast: (): Forecast | null => forecast,
    take: (reading: Reading): void => {
      const result = foresee(state, reading, cause(), config)
      state = result.state
      forecast = result.forecast
      board.put(id, { name, celsius: reading.celsius, forecast })
      if (result.change === 'over') alarms.clear(alarm)
      if (result.change === 'warn' && forecast) warn(forecast)
    },
    keep: (): void =>
      db.run(
        'INSERT OR REPLACE INTO thermal_state (thermometer, state) VALUES (?, ?)',
        id,
        JSON.stringify(state),
      ),
    /** The sensor is another one, or gone: what it said counts no more. */
    forget: (): void => {
      state = { ...state, recent: [], warned: null, turningSince: null, usual: null }
      forecast = null
      alarms.clear(alarm)
    },
  }
}

export type EarlyWarning = ReturnType<typeof createEarlyWarning>
