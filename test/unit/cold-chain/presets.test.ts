import { describe, expect, it } from 'vitest'
import { type ColdChainEvent, detect, initialDetectState } from '#domain/cold-chain/detect.ts'
import { type DetectConfig, whoDetectConfig } from '#domain/cold-chain/rule.ts'
import {
  doorRule,
  doorRuleOf,
  notStanding,
  powerRule,
  type StandingRule,
  standing,
  whoPowerRule,
} from '#domain/cold-chain/standing.ts'

const MINUTE = 60_000
const NOON = Date.parse('2026-11-22T12:00:00+08:00')
/** Half an hour before midnight in Shanghai. */
const LATE = Date.parse('2026-11-22T23:30:00+08:00')

/** As the agent does it: stored as JSON after each step, so that a restart may come anywhere. */
const stored = <T>(state: T): T => JSON.parse(JSON.stringify(state)) as T

const who = whoDetectConfig(MINUTE)
/** A reading a minute at this temperature, from `from` until `minutes` later, then one in range; when it alarmed. */
const excursion = (celsius: number, minutes: number, from = NOON, rule: DetectConfig = who) => {
  let state = initialDetectState
  const events: ColdChainEvent[] = []
  const take = (at: number, value: number): void => {
    const next = detect(stored(state), { at, celsius: value }, rule)
    state = next.state
    events.push(...next.events)
  }
  for (let minute = 0; minute <= minutes; minute++) take(from + minute * MINUTE, celsius)
  take(from + (minutes + 1) * MINUTE, 5)
  return events.flatMap(event => (event.type === 'excursion-alarm' ? [(event.alarmAt - from) / MINUTE] : []))
}

describe('the WHO limits', () => {
  it.each([
    [599, []],
    [600, [600]],
    [601, [600]],
  ] as const)('above +8 °C for %i minutes alarm %j', (minutes, alarms) => {
    expect(excursion(8.1, minutes)).toEqual(alarms)
    expect(excursion(8.1, minutes, LATE)).toEqual(alarms)
    expect(excursion(8, minutes)).toEqual([])
  })

  it.each([
    [59, []],
    [60, [60]],
    [61, [60]],
  ] as const)('at or below −0.5 °C for %i minutes alarm %j', (minutes, alarms) => {
    expect(excursion(-0.5, minutes)).toEqual(alarms)
    expect(excursion(-3, minutes, LATE)).toEqual(alarms)
    expect(excursion(-0.4, minutes)).toEqual([])
  })

  it('name themselves in what they alarm', () => {
    expect(who.version).toBe('who-pqs-e006')
  })
})

/** Seen each minute from `from`, standing for so many minutes, then over. */
const stand = (rule: StandingRule, minutes: number, from = NOON) => {
  let state = notStanding
  const alarms: number[] = []
  const overs: number[] = []
  for (let minute = 0; minute <= minutes + 1; minute++) {
    const at = from + minute * MINUTE
    const next = standing(stored(state), { at, on: minute <= minutes }, rule)
    state = next.state
    for (const event of next.events) {
      if (event.type === 'alarm') alarms.push((event.alarmAt - from) / MINUTE)
      else overs.push((event.end - event.since) / MINUTE)
    }
  }
  return { alarms, overs }
}

describe.each([
  ['DOOR', doorRule],
  ['POWR', powerRule],
  ['POWR of the outside message', whoPowerRule],
  ['DOOR of a plan that says ten minutes', doorRuleOf(10)],
] as const)('the preset %s', (_name, rule) => {
  it('is silent a minute short, and alarms once at its minute and beyond, across midnight too', () => {
    for (const from of [NOON, LATE]) {
      expect(stand(rule, rule.minutes - 1, from)).toEqual({ alarms: [], overs: [] })
      expect(stand(rule, rule.minutes, from)).toEqual({ alarms: [rule.minutes], overs: [rule.minutes + 1] })
      expect(stand(rule, rule.minutes + 1, from).alarms).toEqual([rule.minutes])
    }
  })

  it('counts on over a restart that saw nothing in between', () => {
    const began = standing(notStanding, { at: NOON, on: true }, rule).state
    const later = standing(stored(began), { at: NOON + rule.minutes * MINUTE, on: true }, rule)
    expect(later.events).toMatchObject([{ type: 'alarm', since: NOON }])
  })

  it('adds nothing up over a break, and begins anew when the clock was set back', () => {
    const part = (rule.minutes - 1) * MINUTE
    let state = standing(notStanding, { at: NOON, on: true }, rule).state
    state = standing(state, { at: NOON + part, on: true }, rule).state
    state = standing(state, { at: NOON + part + 1, on: false }, rule).state
    state = standing(state, { at: NOON + part + 2, on: true }, rule).state
    expect(standing(state, { at: NOON + 2 * part, on: true }, rule).events).toEqual([])
    const back = standing(state, { at: NOON - 60 * MINUTE, on: true }, rule)
    expect(back).toEqual({ state: { since: NOON - 60 * MINUTE, alarmAt: null }, events: [] })
  })

  it('stays an alarm that stood when the clock was set back: nobody ended it', () => {
    const stood = { since: NOON, alarmAt: NOON + rule.minutes * MINUTE }
    const at = NOON - 60 * MINUTE
    const back = standing(stood, { at, on: true }, rule)
    expect(back).toEqual({ state: { since: at, alarmAt: at }, events: [] })
    const over = standing(back.state, { at: at + MINUTE, on: false }, rule)
    expect(over.events).toMatchObject([{ type: 'over', end: at + MINUTE }])
  })
})
