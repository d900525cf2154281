import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NewEvent } from '#domain/journal/events.ts'
import { type MachineEvent, transition } from '#edge/dispensing/machine.ts'
import type { ScanAsked } from '#edge/dispensing/scans.ts'
import type { Withdrawal } from '#edge/dispensing/state.ts'
import { inShort, PACK, STANDS, stepWith, withdrawalIn } from '#test/lib/edge-withdrawal.ts'

const scanned = (code: string): ScanAsked => ({
  type: 'scanned',
  code,
  used: { kind: 'trace.used', data: { code, drug: 'metformin-500', lot: 'L1', session: 's1' } },
})
const unscanned = (code: string): ScanAsked => ({
  type: 'unscanned',
  code,
  reversed: { kind: 'trace.reversed', data: { code, return: 's1', actor: 'wang', reason: 'r' } },
})
const bypass: ScanAsked = { type: 'scan-bypassed', reason: '条码破损', witness: null }
const weighed = (packs: number): MachineEvent => ({ type: 'weighed', grams: 250 - packs * PACK.grams })
const closed: MachineEvent = { type: 'closed' }
const accept: MachineEvent = { type: 'accept', reason: '条码破损' }

const required = stepWith({ scan: 'required' })
const open = withdrawalIn({ at: 'open', before: 250 }, { tries: 1 })
const openRequired = withdrawalIn({ at: 'open', before: 250 }, { tries: 1, steps: [required] })

const run = (start: Withdrawal, ...events: readonly MachineEvent[]) => {
  let state = start
  const written: NewEvent[] = []
  for (const event of events) {
    const next = transition(state, event)
    state = next.state
    for (const effect of next.effects) if (effect.do === 'write') written.push(...effect.events)
  }
  return { state, kinds: written.map(({ kind }) => kind), phase: state.phase }
}
const outcomeOf = ({ phase }: Withdrawal) => (phase.at === 'finished' ? phase.outcome : phase.at)

describe('packs scanned at a step', () => {
  it('that are as many as weighed settle it without another word', () => {
    const { state, kinds } = run(open, scanned('a'), scanned('b'), closed, weighed(2))
    expect(outcomeOf(state)).toBe('matched')
    expect(kinds.filter(kind => kind === 'trace.used')).toHaveLength(2)
  })

  it('need not be where the formulary does not say so', () => {
    expect(outcomeOf(run(open, closed, weighed(2)).state)).toBe('matched')
  })

  it.each([
    ['one too few', open, [scanned('a')]],
    ['one too many', open, [scanned('a'), scanned('b'), scanned('c')]],
    ['none where all must be', openRequired, []],
  ] as const)('that differ from the scale are never matched silently: %s', (_, start, scans) => {
    const { state, phase } = run(start, ...scans, closed, weighed(2))
    expect(phase).toMatchObject({ at: 'judged', code: 'E_SCAN_COUNT' })
    expect(state.results[0]).toMatchObject({ taken: 2, settled: false })
  })

  it('settle it as soon as the missing one is scanned, or the surplus one taken back', () => {
    const less = run(openRequired, scanned('a'), closed, weighed(2), scanned('b'))
    expect(outcomeOf(less.state)).toBe('matched')
    const more = run(open, scanned('a'), scanned('b'), scanned('c'), closed, weighed(2), unscanned('c'))
    expect(outcomeOf(more.state)).toBe('matched')
    expect(more.kinds.at(-2)).toBe('trace.reversed')
  })

  it('R13: that cannot be read are passed with a reason, which is counted', () => {
    for (const acts of [
      [bypass, closed, weighed(2)],
      [closed, weighed(2), bypass],
      [closed, weighed(2), accept],
    ]) {
      const { state, kinds } = run(openRequired, ...acts)
      expect(outcomeOf(state)).toBe('matched')
      expect(kinds.filter(kind => kind === 'scan.bypassed')).toHaveLength(1)
    }
  })

  it('are free again when nothing was taken after all', () => {
    const { state, kinds } = run(open, scanned('a'), closed, weighed(0), {
      type: 'cancel',
      reason: '病人改期',
    })
    expect(outcomeOf(state)).toBe('abandoned')
    expect(kinds.slice(-2)).toEqual(['trace.reversed', 'withdrawal.completed'])
  })

  it('stay scanned while a drawer is opened again to put back', () => {
    const { state } = run(
      open,
      scanned('a'),
      scanned('b'),
      closed,
      weighed(3),
      { type: 'unlock', purpose: 'put-back', orderListAt: null },
      weighed(3),
      { type: 'intent-written' },
      { type: 'pulsed' },
      { type: 'opened' },
      closed,
      weighed(2),
    )
    expect(outcomeOf(state)).toBe('matched')
  })

  it.each(
    Object.entries(STANDS).filter(
      ([, { phase }]) => !['open', 'weighing-after', 'judged'].includes(phase.at),
    ),
  )('change nothing while the withdrawal is %s', (_, w) => {
    for (const event of [scanned('a'), unscanned('a'), bypass])
      expect(transition(w, event)).toEqual({ state: w, effects: [] })
  })

  it('scanned twice, or taken back without having been scanned, change nothing', () => {
    const once = transition(open, scanned('a')).state
    expect(transition(once, scanned('a')).state).toBe(once)
    expect(inShort(transition(open, unscanned('a')).effects)).toBe('')
  })
})

describe('whatever is scanned and weighed, a step', () => {
  it('where every pack must be scanned is matched only if scale and scanner say the same or a person said why not', () => {
    const act = fc.constantFrom<MachineEvent>(
      ...['a', 'b', 'c'].flatMap(code => [scanned(code), unscanned(code)]),
      bypass,
      accept,
    )
    fc.assert(
      fc.property(fc.array(act), fc.array(act), fc.nat(3), (before, after, packs) => {
        const { state, kinds } = run(openRequired, ...before, closed, weighed(packs), ...after)
        if (state.phase.at !== 'finished' || state.phase.outcome !== 'matched') return
        const agreed = state.results[0]?.scanned?.length === state.results[0]?.taken
        expect(agreed || kinds.includes('scan.bypassed')).toBe(true)
      }),
    )
  })
})
