import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Effect, MAX_TRIES } from '#edge/dispensing/door.ts'
import { type MachineEvent, transition } from '#edge/dispensing/machine.ts'
import type { Withdrawal } from '#edge/dispensing/state.ts'
import { PACK, STANDS, stepWith, TELLINGS, withdrawalIn } from '#test/lib/edge-withdrawal.ts'

type Choice = { readonly pick: number; readonly foreign: MachineEvent | undefined }

const pickOf = <T>(list: readonly [T, ...T[]], pick: number): T => list[pick % list.length] ?? list[0]
const weighed = (pick: number): MachineEvent => ({ type: 'weighed', grams: 250 - PACK.grams * (pick % 4) })

/** What could come next in the real world; `pick` says which of it. */
const natural = ({ phase }: Withdrawal, pick: number): MachineEvent => {
  const { 'unlock to take': take, 'unlock to put back': back, accept, cancel } = TELLINGS
  switch (phase.at) {
    case 'idle':
      return pickOf<MachineEvent>([take, take, take, cancel, accept], pick)
    case 'weighing-before':
    case 'weighing-after':
      return pick === 19 ? TELLINGS['weigh-failed'] : weighed(pick)
    case 'intending':
      return TELLINGS['intent-written']
    case 'pulsing':
      return pickOf<MachineEvent>(
        [TELLINGS.pulsed, TELLINGS['pulse-failed, perhaps sent'], TELLINGS['pulse-failed, surely not sent']],
        pick,
      )
    case 'confirming':
      return pickOf<MachineEvent>([TELLINGS.opened, TELLINGS['not-opened']], pick)
    case 'open':
      return TELLINGS.closed
    case 'judged':
      return pickOf<MachineEvent>([back, back, accept, cancel], pick)
    case 'failed':
      return pickOf<MachineEvent>([take, take, accept, cancel], pick)
    default:
      return take
  }
}

const choice: fc.Arbitrary<Choice> = fc.record({
  pick: fc.nat(19),
  foreign: fc.oneof(
    { weight: 5, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom(...Object.values(TELLINGS)) },
  ),
})
const days = {
  steps: fc.integer({ min: 1, max: 3 }),
  choices: fc.array(choice, { maxLength: 120, size: 'max' }),
}

type Seen = {
  readonly before: Withdrawal
  readonly event: MachineEvent
  readonly after: Withdrawal
  readonly effects: readonly Effect[]
}

const run = (count: number, choices: readonly Choice[]): readonly Seen[] => {
  const steps = Array.from({ length: count }, (_, at) =>
    stepWith({ drawer: `D0${at + 1}`, expected: 1 + at }),
  )
  let w: Withdrawal = withdrawalIn({ at: 'idle' }, { steps })
  return choices.map(({ pick, foreign }) => {
    const event = foreign ?? natural(w, pick)
    const { state, effects } = transition(w, event)
    const seen = { before: w, event, after: state, effects }
    w = state
    return seen
  })
}

const written = (seen: readonly Seen[]) =>
  seen.flatMap(({ effects }) => effects.flatMap(effect => (effect.do === 'write' ? effect.events : [])))

describe('whatever happens, in any order, the machine', () => {
  it('pulses only after an intent for that drawer was written, once for each, asked for by a person (R1, R19)', () => {
    fc.assert(
      fc.property(days.steps, days.choices, (count, choices) => {
        let asked = 0
        let intended: string | undefined
        for (const { event, before, after, effects } of run(count, choices)) {
          if (event.type === 'unlock' && after !== before) asked += 1
          for (const effect of effects) {
            if (effect.do === 'pulse') {
              expect(effect.drawer).toBe(intended)
              intended = undefined
            }
            if (effect.do !== 'write') continue
            for (const one of effect.events)
              if (one.kind === 'unlock.intent') {
                asked -= 1
                expect(asked).toBeGreaterThanOrEqual(0)
                intended = one.data.drawer
              }
          }
        }
      }),
    )
  })

  it('never has two drawers between pulse and closed (R6)', () => {
    fc.assert(
      fc.property(days.steps, days.choices, (count, choices) => {
        let loose: string | undefined
        for (const { event, before, effects } of run(count, choices)) {
          if (before.phase.at === 'open' && event.type === 'closed') loose = undefined
          if (before.phase.at === 'confirming' && event.type === 'not-opened') loose = undefined
          if (before.phase.at === 'pulsing' && event.type === 'pulse-failed' && !event.sent) loose = undefined
          for (const effect of effects)
            if (effect.do === 'pulse') {
              expect(loose).toBeUndefined()
              loose = effect.drawer
            }
        }
      }),
    )
  })

  it('sends at most three pulses for one opening of a drawer', () => {
    fc.assert(
      fc.property(days.steps, days.choices, (count, choices) => {
        for (const { after } of run(count, choices)) expect(after.tries).toBeLessThanOrEqual(MAX_TRIES)
      }),
    )
  })

  it('does nothing more once it has finished or waits for review', () => {
    fc.assert(
      fc.property(fc.constantFrom(STANDS.finished, STANDS.review), days.choices, (w, choices) => {
        for (const { pick, foreign } of choices) {
          const { state, effects } = transition(w, foreign ?? natural(STANDS.open, pick))
          expect([state, effects]).toEqual([w, []])
        }
      }),
    )
  })

  it('completes once, and says of each drawer the weight that left it over all its door sessions', () => {
    fc.assert(
      fc.property(days.steps, days.choices, (count, choices) => {
        const left = new Map<number, number>()
        const add = (step: number, grams: number) => left.set(step, (left.get(step) ?? 0) + grams)
        let unseen: number | undefined
        let baseline = 0
        const events = written(run(count, choices))
        for (const { kind, data } of events) {
          if (kind === 'unlock.intent' && 'step' in data) {
            if (unseen !== undefined) add(data.step, unseen - data.beforeGrams)
            unseen = undefined
            baseline = data.beforeGrams
          } else if (kind === 'unlock.unconfirmed')
            unseen = data.code === 'E_LINE_DOWN' ? undefined : baseline
          else if (kind === 'drawer.closed' && 'step' in data) {
            add(data.step, data.beforeGrams - data.afterGrams)
            unseen = undefined
          } else if (kind === 'withdrawal.counted')
            expect(data.grams).toBeCloseTo(left.get(data.step) ?? 0, 1)
        }
        const completed = events.filter(({ kind }) => kind === 'withdrawal.completed')
        expect(completed.length).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('opens a case for each item that differs, and none in a withdrawal that was cancelled', () => {
    fc.assert(
      fc.property(days.steps, days.choices, (count, choices) => {
        const events = written(run(count, choices))
        const cases = events.filter(({ kind }) => kind === 'discrepancy.opened').length
        const end = events.find(({ kind }) => kind === 'withdrawal.completed')
        if (end?.kind !== 'withdrawal.completed') {
          expect(cases).toBe(0)
          return
        }
        const { outcome, items } = end.data
        const different = items.filter(({ taken, expected }) => taken !== expected).length
        expect(cases).toBe(outcome === 'abandoned' ? 0 : different)
        if (outcome === 'abandoned') expect(items.every(({ taken }) => taken === 0)).toBe(true)
      }),
    )
  })
})
