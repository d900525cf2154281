import {
  type ColdChainEvent,
  type DetectState,
  detect,
  endRun,
  initialDetectState,
} from '#domain/cold-chain/detect.ts'
import { type ColdPlace, rangeOf, recordingOf, ruleOf } from '#domain/cold-chain/place.ts'
import { shouldRecord } from '#domain/cold-chain/recording.ts'
import type { Reading } from '#domain/cold-chain/rule.ts'
import { type SaidRule, saidOf } from '#domain/cold-chain/said-rule.ts'
import {
  type Difference,
  holdAgainst,
  initialVerdictState,
  type VerdictEvent,
  type VerdictState,
} from '#domain/cold-chain/verdict.ts'

export const MINUTE = 60_000
export const START = Date.parse('2026-11-22T00:00:00.000Z')
const FRIDGE: ColdPlace = { low: 2, high: 8 }

/** A measurement of a site, the end of its process, or a person who closes what goes on. `set`: by how much the clock was set since the start, ms. */
export type Step = (Reading & { readonly set?: number }) | 'restart' | 'close'
/** After a restart the plan says something else of the place. */
export type PlanStep = { readonly plan: ColdPlace }

const toldOf = (event: ColdChainEvent, { sideMinutes, ...said }: SaidRule): VerdictEvent => {
  const { side, start, alarmAt } = event
  if (event.type === 'excursion-alarm') {
    const { minutes, version } = event.limits
    const rule = version === 'default-1' ? { ...said, minutes } : { ...said, minutes, version }
    return { type: 'alarm', side, start, alarmAt, rule }
  }
  const { end, min, max } = event
  return { type: 'ended', side, start, alarmAt, end, min, max }
}

/** What a site's monitor writes of its measurements, in the order of its journal: alarms and ends before the record. */
export const siteJournal = (
  steps: readonly (Step | PlanStep)[],
  sampleMs = MINUTE,
  place = FRIDGE,
): readonly VerdictEvent[] => {
  const planned = (of: ColdPlace) => {
    const rule = ruleOf(of, sampleMs)
    return { config: rule, recording: recordingOf(of, sampleMs), said: saidOf(rangeOf(of), rule) }
  }
  let { config, recording, said } = planned(place)
  const written: VerdictEvent[] = []
  let state: DetectState = initialDetectState
  let kept = state
  let recorded: Reading | null = null
  let boot = 0
  for (const step of steps) {
    if (step === 'restart' || (step !== 'close' && 'plan' in step)) {
      if (step !== 'restart') ({ config, recording, said } = planned(step.plan))
      state = kept
      recorded = null
      boot += 1
      continue
    }
    if (step === 'close') {
      for (const side of ['cold', 'hot'] as const) {
        const { state: next, ended } = endRun(state, side)
        if (!ended) continue
        state = next
        kept = state
        written.push(toldOf(ended, said))
      }
      continue
    }
    const next = detect(state, step, config)
    state = next.state
    for (const event of next.events) {
      kept = state
      written.push(toldOf(event, said))
    }
    if (shouldRecord(recorded, step, recording)) {
      const { at, celsius, set = 0 } = step
      written.push({ type: 'record', at, celsius, rule: said, clock: { boot: `${boot}`, offset: set } })
      recorded = step
      kept = state
    }
  }
  return written
}

/** The centre's word on a journal that comes in batches, its state stored and read between them. */
export const centreOn = (
  journal: readonly VerdictEvent[],
  cut: (index: number) => boolean = () => true,
): { readonly state: VerdictState; readonly differences: readonly Difference[] } => {
  let state = initialVerdictState
  const differences: Difference[] = []
  for (const [index, event] of journal.entries()) {
    const next = holdAgainst(state, event)
    state = cut(index) ? (JSON.parse(JSON.stringify(next.state)) as VerdictState) : next.state
    differences.push(...next.differences)
  }
  return { state, differences }
}

/** One reading a minute from `from` (minutes after `START`). */
export const everyMinute = (values: readonly number[], from = 0): Reading[] =>
  values.map((celsius, index) => ({ at: START + (from + index) * MINUTE, celsius }))

export const times = (count: number, celsius: number): number[] =>
  Array.from({ length: count }, () => celsius)
