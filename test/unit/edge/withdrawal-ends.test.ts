import { describe, expect, it } from 'vitest'
import { transition } from '#edge/dispensing/machine.ts'
import { closeReview, suggestTaken, toReview } from '#edge/dispensing/review.ts'
import { countedItems, type Withdrawal } from '#edge/dispensing/state.ts'
import { resultWith, STANDS, TELLINGS, withdrawalIn } from '#test/lib/edge-withdrawal.ts'

const kindsOf = (events: readonly { kind: string }[]) => events.map(({ kind }) => kind)
const closed = (w: Withdrawal, gramsNow: number | undefined, units: number) =>
  closeReview(w, suggestTaken(w, gramsNow), { note: 'n', taken: { 0: units }, actor: 'li' })

describe('the person who closes an interrupted withdrawal', () => {
  it.each([
    ['three by the scale', 212.5, 3],
    ['nothing by the scale', 250, 0],
    ['a scale that cannot be read', undefined, null],
  ])(
    'R9: is not believed in silence that the two packs ordered were taken, with %s',
    (_what, grams, found) => {
      const { state, events } = closed(STANDS.review, grams, 2)
      expect(state.phase).toEqual({ at: 'finished', outcome: 'discrepancy' })
      expect(events).toMatchObject([
        { kind: 'discrepancy.opened', data: { expected: 2, taken: found } },
        { kind: 'withdrawal.reviewed', data: { outcome: 'discrepancy', items: [{ taken: 2 }] } },
      ])
    },
  )

  it('is believed where the scale says the same', () => {
    expect(kindsOf(closed(STANDS.review, 225, 2).events)).toEqual(['withdrawal.reviewed'])
  })

  it('gets the weight from before the first pulse, also when it stopped at the second try', () => {
    const w = toReview(STANDS['weighing-before, after a pulse nobody saw'], 'E_JOURNAL_WRITE')
    expect(suggestTaken(w, 225)).toMatchObject([{ taken: 2 }])
    expect(closed(w, 225, 0).state.phase).toMatchObject({ outcome: 'partial' })
  })
})

const judged = (units: number) =>
  withdrawalIn(
    { at: 'judged', verdict: { kind: 'count', units } },
    { tries: 1, results: [resultWith(units)] },
  )
/** Opened to put back only, and closed with so many packs out. */
const reopened = (w: Withdrawal, unitsBefore: number, unitsOut: number): Withdrawal =>
  [
    { ...TELLINGS['unlock to put back'], onlyBack: true },
    { type: 'weighed', grams: 250 - 12.5 * unitsBefore } as const,
    TELLINGS['intent-written'],
    TELLINGS.pulsed,
    { type: 'opened' } as const,
    { type: 'closed' } as const,
    { type: 'weighed', grams: 250 - 12.5 * unitsOut } as const,
  ].reduce((before, event) => transition(before, event).state, w)

describe('a drawer that opens only to put back, since the order no longer stands', () => {
  it('R1: does not let more be taken as if it were ordered', () => {
    const w = reopened(judged(1), 1, 2)
    expect(w).toMatchObject({ phase: { at: 'judged' }, results: [{ taken: 2, settled: false }] })
    const { state, effects } = transition(w, TELLINGS.accept)
    expect(state.phase).toEqual({ at: 'finished', outcome: 'discrepancy' })
    expect(effects).toMatchObject([
      { events: [{ kind: 'discrepancy.opened', data: { expected: 1, taken: 2 } }, {}] },
    ])
  })

  it('takes back what was taken, and ends with nothing gone', () => {
    const w = reopened(judged(1), 1, 0)
    expect(w).toMatchObject({ phase: { at: 'judged' }, results: [{ taken: 0 }] })
    expect(transition(w, TELLINGS.cancel).state.phase).toEqual({ at: 'finished', outcome: 'abandoned' })
    expect(countedItems(w)).toMatchObject([{ expected: 2, taken: 0 }])
  })

  it('opens again after a latch that did not let go', () => {
    const failed = withdrawalIn({ at: 'failed', code: 'E' }, { tries: 1, results: [resultWith(3)] })
    expect(reopened(failed, 3, 2)).toMatchObject({ phase: { at: 'finished', outcome: 'matched' } })
  })
})
