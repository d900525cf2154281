import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NewEvent } from '#domain/journal/events.ts'
import type { OperationKind } from '#domain/journal/events-operations.ts'
import { type Effect, MAX_TRIES } from '#edge/dispensing/door.ts'
import { type OperationEvent, transition } from '#edge/operations/machine.ts'
import { type Operation, TRAITS } from '#edge/operations/state.ts'
import { operationIn, OPERATION_TELLINGS as T, UNIT } from '#test/lib/edge-operation-stands.ts'

const pickOf = <A>(list: readonly [A, ...A[]], pick: number): A => list[pick % list.length] ?? list[0]
const weighed = (pick: number): OperationEvent => ({
  type: 'weighed',
  grams: 250 + UNIT.grams * ((pick % 7) - 3),
})
const entered = (pick: number): OperationEvent => ({
  type: 'enter',
  figures: [{ drug: 'metformin-500', lot: 'L1', quantity: [3, 20, 19, 0][pick % 4] ?? 0 }],
})

/** What could come next in the real world; `pick` says which of it. */
const natural = ({ phase }: Operation, pick: number): OperationEvent => {
  switch (phase.at) {
    case 'idle':
    case 'failed':
      return pickOf<OperationEvent>([T.unlock, T.unlock, T.accept, T.cancel], pick)
    case 'weighing-before':
    case 'weighing-after':
      return pick === 19 ? T['weigh-failed'] : weighed(pick)
    case 'intending':
      return T['intent-written']
    case 'pulsing':
      return pickOf<OperationEvent>(
        [T.pulsed, T['pulse-failed, perhaps sent'], T['pulse-failed, surely not sent']],
        pick,
      )
    case 'confirming':
      return pickOf<OperationEvent>([T.opened, T.opened, T['not-opened']], pick)
    case 'open':
      return T.closed
    case 'entry':
      return pickOf<OperationEvent>([entered(pick), T.reopen, T.cancel], pick)
    case 'judged':
      return pickOf<OperationEvent>([T.reopen, entered(pick), T.accept, T.cancel], pick)
    case 'witness':
      return pickOf<OperationEvent>([T['witness li'], T['witness wang']], pick)
    default:
      return T.unlock
  }
}

const choice = fc.record({
  pick: fc.nat(19),
  foreign: fc.oneof(
    { weight: 6, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom<OperationEvent>(...Object.values(T)) },
  ),
})
type Choice = { readonly pick: number; readonly foreign: OperationEvent | undefined }
const kinds = fc.constantFrom(...(Object.keys(TRAITS) as OperationKind[]))
const choices = fc.array(choice, { maxLength: 80, size: 'max' })

type Seen = {
  readonly event: OperationEvent
  readonly before: Operation
  readonly after: Operation
  readonly effects: readonly Effect[]
}
const run = (kind: OperationKind, all: readonly Choice[]): readonly Seen[] => {
  let op: Operation = operationIn(kind, { at: 'idle' })
  return all.map(({ pick, foreign }) => {
    const event = foreign ?? natural(op, pick)
    const { state, effects } = transition(op, event)
    const seen = { event, before: op, after: state, effects }
    op = state
    return seen
  })
}
const written = (seen: readonly Seen[]): readonly NewEvent[] =>
  seen.flatMap(({ effects }) => effects.flatMap(effect => (effect.do === 'write' ? effect.events : [])))
const always = (check: (kind: OperationKind, seen: readonly Seen[]) => void): void => {
  fc.assert(fc.property(kinds, choices, (kind, all) => check(kind, run(kind, all))))
}

describe('whatever happens, in any order, an operation', () => {
  it('pulses only after an intent with its authority was written, once for each, asked for by a person (R1, R19)', () => {
    always((_kind, seen) => {
      let asked = 0
      let intents = 0
      for (const { event, before, after, effects } of seen) {
        if ((event.type === 'unlock' || event.type === 'reopen') && after !== before) asked += 1
        for (const effect of effects) {
          if (effect.do === 'pulse') intents -= 1
          if (effect.do === 'write')
            for (const { kind } of effect.events) if (kind === 'unlock.intent') intents += 1
          expect(intents).toBeGreaterThanOrEqual(0)
        }
      }
      const pulses = seen.flatMap(({ effects }) => effects.filter(effect => effect.do === 'pulse')).length
      expect(pulses).toBeLessThanOrEqual(asked)
    })
  })

  it('sends at most three pulses for one opening, and after the third in vain its drawer is out of service (R18)', () => {
    always((_kind, seen) => {
      for (const { before, after, event } of seen) {
        expect(after.tries).toBeLessThanOrEqual(MAX_TRIES)
        if (event.type !== 'not-opened' || before.phase.at !== 'confirming' || before.tries < MAX_TRIES)
          continue
        expect(written(seen).map(({ kind }) => kind)).toContain('drawer.service')
      }
    })
  })

  it('ends once, and moves in the ledger what person or scale said, never without one of them', () => {
    always((kind, seen) => {
      const events = written(seen)
      const ends = events.filter(each => each.kind === 'operation.completed')
      expect(ends.length).toBeLessThanOrEqual(1)
      const [end] = ends
      const last = seen.at(-1)?.after
      if (!end || !last) return
      const { movements, outcome, witness } = end.data
      if (outcome === 'cancelled' || kind === 'test') expect(movements).toEqual([])
      const [line] = last.lines
      const moved = movements.reduce((sum, { quantity }) => sum + quantity, 0)
      const said =
        kind === 'count'
          ? [0, (line?.entered ?? 20) - 20]
          : [0, last.measured, ...(line?.entered == null ? [] : [line.entered, -line.entered])]
      expect(said).toContain(moved + 0)
      if (kind === 'waste' && moved !== 0) expect(witness).toBe('li')
    })
  })

  it('opens a case wherever the end is not what was promised or counted (R9)', () => {
    always((_kind, seen) => {
      const events = written(seen)
      const end = events.find(each => each.kind === 'operation.completed')
      const cases = events.filter(({ kind }) => kind === 'case.opened').length
      if (end?.kind !== 'operation.completed') expect(cases).toBe(0)
      else expect(cases > 0).toBe(end.data.outcome === 'discrepancy')
    })
  })

  it('does nothing more once it has finished', () => {
    always((_kind, seen) => {
      for (const { before, after, effects } of seen)
        if (before.phase.at === 'finished') expect([after, effects]).toEqual([before, []])
    })
  })
})
