import type { NewEvent } from '#domain/journal/events.ts'
import { bypassFor, reversals } from './scans.ts'
import { countedItems, outcomeOf, resultOf, shortageOf, type Wish, type Withdrawal } from './state.ts'
import { nameOf, type Transition, withResult } from './transition.ts'

/** The end of all steps: outcome and cases follow from the figures alone. */
export const finish = (w: Withdrawal, more: readonly NewEvent[], cancelled = false): Transition => {
  const items = countedItems(w)
  const outcome = cancelled ? 'abandoned' : outcomeOf(items, w.partial)
  const discrepancies = items.flatMap((item, index): NewEvent[] =>
    outcome !== 'abandoned' && item.taken !== item.expected
      ? [
          {
            kind: 'discrepancy.opened',
            data: { ...nameOf(w), ...item, case: `${w.session}-${index}`, actor: w.actor },
          },
        ]
      : [],
  )
  const completed: NewEvent = {
    kind: 'withdrawal.completed',
    data: { ...nameOf(w), actor: w.actor, outcome, items, reason: w.reason, ...shortageOf(w) },
  }
  // Nobody can say how many are left there.
  const doubted = items
    .filter(({ taken }) => taken === null)
    .map(
      ({ drawer }): NewEvent => ({
        kind: 'drawer.service',
        data: { drawer, service: 'needs-count', cause: 'discrepancy', actor: w.actor },
      }),
    )
  const freed = cancelled ? reversals(w, { actor: w.actor, reason: w.reason ?? '' }) : []
  return {
    state: { ...w, phase: { at: 'finished', outcome } },
    effects: [{ do: 'write', events: [...more, ...freed, ...discrepancies, ...doubted, completed] }],
  }
}

/** The step is settled: on to the next drawer, or the end. */
export const advance = (w: Withdrawal, events: readonly NewEvent[]): Transition => {
  if (w.current === w.steps.length - 1) return finish(w, events)
  const state: Withdrawal = { ...w, current: w.current + 1, tries: 0, phase: { at: 'idle' } }
  return { state, effects: events.length > 0 ? [{ do: 'write', events }] : [] }
}

/** A person accepts what is there, with a reason. */
export const settle = (w: Withdrawal, reason: string, events: readonly NewEvent[]): Transition => {
  const settled = withResult(w, { ...resultOf(w), settled: true })
  const all = [...events, ...bypassFor(w, reason)]
  return advance({ ...settled, reason: w.reason ? `${w.reason}；${reason}` : reason }, all)
}

/** What a person asked for before the weight was known. */
export const grant = (w: Withdrawal, { type, reason }: Wish, events: readonly NewEvent[]): Transition =>
  type === 'cancel' ? finish({ ...w, reason }, events, true) : settle(w, reason, events)
