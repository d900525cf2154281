import { countDifference } from '#domain/counting.ts'
import type { NewEvent } from '#domain/journal/events.ts'
import { SCALE_SD } from './door.ts'
import { advance, grant } from './ends.ts'
import { type ScanAsked, scanFault, takeScan } from './scans.ts'
import { allowedOf, countedItem, resultOf, stepOf, type Withdrawal } from './state.ts'
import { placeOf, stay, type Transition, withResult } from './transition.ts'

type Weighing = Extract<Withdrawal['phase'], { at: 'weighing-after' }>

/** The drawer was closed and weighed: what its scale says was taken, against what was ordered and scanned. */
export const judge = (w: Withdrawal, after: number, { before, wish }: Weighing): Transition => {
  const { pack } = stepOf(w)
  const old = resultOf(w)
  const grams = old.grams + before - after
  const doorSessions = old.doorSessions + 1
  const verdict = countDifference(grams, pack, SCALE_SD * Math.sqrt(doorSessions))
  const taken = verdict.kind === 'count' ? verdict.units : null
  const expected = allowedOf(stepOf(w), { ...old, taken })
  const fault = scanFault(w, { ...old, taken })
  const settled = taken === expected && fault === undefined
  const judged = withResult(w, { ...old, grams, doorSessions, taken, settled })
  const events: NewEvent[] = [
    { kind: 'drawer.closed', data: { ...placeOf(w), beforeGrams: before, afterGrams: after } },
    { kind: 'withdrawal.counted', data: { ...placeOf(w), ...countedItem(judged, w.current) } },
  ]
  if (settled) return advance(judged, events)
  if (wish && taken === 0) return grant(judged, wish, events)
  const code = taken === expected && fault ? { code: fault } : {}
  return {
    state: { ...judged, phase: { at: 'judged', verdict, ...code } },
    effects: [{ do: 'write', events }],
  }
}

/** Once scale and scanner agree on the right number the step is settled without another word. */
export const scan = (w: Withdrawal, event: ScanAsked): Transition => {
  const taken = takeScan(w, event)
  if (!taken) return stay(w)
  const next = withResult(w, taken.result)
  const { phase } = w
  if (phase.at !== 'judged' || taken.result.taken !== allowedOf(stepOf(w), taken.result))
    return { state: next, effects: [{ do: 'write', events: [taken.event] }] }
  const fault = scanFault(next)
  if (fault === undefined) return advance(withResult(next, { ...taken.result, settled: true }), [taken.event])
  return {
    state: { ...next, phase: { ...phase, code: fault } },
    effects: [{ do: 'write', events: [taken.event] }],
  }
}
