import type { ColdChainEvent } from '#domain/cold-chain/detect.ts'
import type { DetectConfig } from '#domain/cold-chain/rule.ts'
import { excursionWords } from '#domain/cold-chain/rule-words.ts'
import type { SaidRule } from '#domain/cold-chain/said-rule.ts'
import type { NewEvent } from '#domain/journal/events.ts'
import type { Alarms } from '../alarms/alarms.ts'
import { excursionId, tenths } from './excursions.ts'

type Told = {
  readonly id: string
  readonly source: 'sensor' | 'replay'
  /** The rule in force. */
  readonly said: SaidRule
}

const iso = (ms: number): string => new Date(ms).toISOString()

/** What the journal keeps of an excursion's alarm or end. */
export const excursionEvent = (
  event: ColdChainEvent,
  { id, source, said: { sideMinutes, ...said } }: Told,
): NewEvent => {
  const { side, start, alarmAt } = event
  const base = {
    thermometer: id,
    excursion: excursionId(id, side, start),
    side,
    start: iso(start),
    alarmAt: iso(alarmAt),
    source,
  }
  if (event.type === 'excursion-alarm') {
    const { earlier, limits } = event
    const { low, high, minutes, version } = limits
    const rest = earlier ? { earlier: { ...earlier, minutes: tenths(earlier.minutes) } } : {}
    return {
      kind: 'excursion.alarm',
      data: { ...base, limit: side === 'hot' ? high : low, ...said, minutes, version, ...rest },
    }
  }
  const { end, min, max, minutes, reason } = event
  const degreeMinutes = tenths(event.degreeMinutes)
  const how = reason === 'closed' ? {} : { how: reason }
  return {
    kind: 'excursion.ended',
    data: { ...base, end: iso(end), min, max, minutes, degreeMinutes, ...how },
  }
}

/** Raises the alarm of an excursion, or ends it. */
export const soundExcursion = (
  alarms: Pick<Alarms, 'raise' | 'clear'>,
  event: ColdChainEvent,
  { id, name, rule }: { readonly id: string; readonly name: string; readonly rule: DetectConfig },
): void => {
  const alarm = `excursion-${id}-${event.side}`
  if (event.type === 'excursion-ended') {
    alarms.clear(alarm)
    return
  }
  const { zh, en } = excursionWords(event.side, rule)
  alarms.raise({ id: alarm, kind: 'excursion', level: 'alarm', zh: `${name}${zh}`, en: `${name} ${en}` })
}
