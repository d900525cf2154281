import { type DetectState, detect, initialDetectState } from '#domain/cold-chain/detect.ts'
import { defaultRecordingConfig, shouldRecord } from '#domain/cold-chain/recording.ts'
import { defaultDetectConfig, type Reading } from '#domain/cold-chain/rule.ts'
import {
  type Difference,
  holdAgainst,
  initialVerdictState,
  type VerdictEvent,
  type VerdictState,
} from '#domain/cold-chain/verdict.ts'

export const MINUTE = 60_000
export const START = Date.parse('2026-11-22T00:00:00.000Z')
const RULE = { low: 2, high: 8, minutes: 60 }

/** A measurement of a site, or the end of its process. `set`: by how much the clock was set since the start, ms. */
export type Step = (Reading & { readonly set?: number }) | 'restart'

/** What a site's monitor writes of its measurements, in the order of its journal: alarms and ends before the record. */
export const siteJournal = (steps: readonly Step[], sampleMs = MINUTE): readonly VerdictEvent[] => {
  const config = { ...defaultDetectConfig(sampleMs), gapMs: 5 * MINUTE }
  const recording = { ...defaultRecordingConfig, sampleMs }
  const written: VerdictEvent[] = []
  let state: DetectState = initialDetectState
  let kept = state
  let recorded: Reading | null = null
  let boot = 0
  for (const step of steps) {
    if (step === 'restart') {
      state = kept
      recorded = null
      boot += 1
      continue
    }
    const next = detect(state, step, config)
    state = next.state
    for (const event of next.events) {
      kept = state
      const { side, start, alarmAt } = event
      if (event.type === 'excursion-alarm') written.push({ type: 'alarm', side, start, alarmAt, rule: RULE })
      else {
        const { end, min, max } = event
        written.push({ type: 'ended', side, start, alarmAt, end, min, max })
      }
    }
    if (shouldRecord(recorded, step, recording)) {
      const { at, celsius, set = 0 } = step
      written.push({ type: 'record', at, celsius, rule: RULE, clock: { boot: `${boot}`, offset: set } })
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
