import { type ColdChainEvent, detect, initialDetectState } from '#domain/cold-chain/detect.ts'
import type { FridgeTagLog } from '#domain/cold-chain/fridge-tag.ts'
import type { DetectConfig } from '#domain/cold-chain/rule.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** The logger's own limits as our rule; a gap is more than two of its intervals. */
export const configOf = ({ alarms: [cold, hot], intervalMinutes }: FridgeTagLog): DetectConfig => {
  if (!cold || !hot || cold.minutes !== hot.minutes)
    throw new Error('a logger with one limit and time per side')
  const gapMs = 2 * intervalMinutes * MINUTE
  return {
    low: cold.limit,
    high: hot.limit,
    minutes: hot.minutes,
    mode: 'consecutive',
    gapMs,
    version: 'logger',
  }
}

export const eventsOf = (log: FridgeTagLog, config = configOf(log)): ColdChainEvent[] => {
  let state = initialDetectState
  return log.readings.flatMap(reading => {
    const next = detect(state, reading, config)
    state = next.state
    return next.events
  })
}

export interface Verdict {
  readonly day: string
  readonly side: 'cold' | 'hot'
  readonly device: number | undefined
  readonly ours: number | undefined
}

/** For each day and side, the first minute of the day at which an alarm stood: the device's answer and ours. */
export const verdictsOf = (log: FridgeTagLog): Verdict[] => {
  const events = eventsOf(log)
  const alarms = events.filter(event => event.type === 'excursion-alarm')
  const over = events.filter(event => event.type === 'excursion-ended')
  return log.days.flatMap(day => {
    const midnight = Date.parse(`${day.date}T00:00:00+08:00`)
    return (['cold', 'hot'] as const).map(side => {
      const stood = alarms.find(alarm => {
        const end = over.find(each => each.side === side && each.start === alarm.start)?.end ?? Infinity
        return alarm.side === side && alarm.alarmAt < midnight + DAY && end > midnight
      })
      const ours = stood && Math.max(stood.alarmAt, midnight)
      return { day: day.date, side, device: day[side].alarmAt, ours }
    })
  })
}
