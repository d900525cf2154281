import { countDifference } from '#domain/counting.ts'
import type { CountedItem, NewEvent } from '#domain/journal/events.ts'
import { SCALE_SD } from './door.ts'
import { refuse } from './refusals.ts'
import { reversals } from './scans.ts'
import type { Senses } from './senses.ts'
import { countedItems, outcomeOf, shortageOf, stepOf, type Withdrawal } from './state.ts'

/** After a crash: what the drawers and scales say now goes into the journal, and a person closes it. Review, never retry. */
export const interrupt = async (
  w: Withdrawal,
  senses: Senses,
  code: string,
): Promise<{ state: Withdrawal; event: NewEvent }> => {
  const drawers = []
  for (const { drawer } of w.steps) {
    const position = await senses.position(drawer)
    const grams = (await senses.glance(drawer))?.grams ?? null
    drawers.push({ drawer, position, grams })
  }
  const data = { session: w.session, jti: w.jti, rx: w.rx, code, drawers }
  return { state: toReview(w, code), event: { kind: 'withdrawal.interrupted', data } }
}

/** Weight of the current drawer before it was unlocked, if an intent was on the disk when it stopped. */
const baselineOf = ({ phase }: Pick<Withdrawal, 'phase'>): number | undefined => {
  if ('before' in phase) return phase.before
  return 'since' in phase ? phase.since : undefined
}

/** Takes a withdrawal out of the machine's hands, keeping the weight it started from. */
export const toReview = (w: Withdrawal, code: string): Withdrawal => {
  const before = baselineOf(w)
  return { ...w, phase: { at: 'review', code, ...(before === undefined ? {} : { before }) } }
}

/** What the scales suggest was taken in the current step; null where they cannot say, never a guess of none. */
export const suggestTaken = (w: Withdrawal, gramsNow: number | undefined): CountedItem[] => {
  const items = countedItems(w).map(item => ({ ...item }))
  const item = items[w.current]
  const baseline = baselineOf(w)
  if (!item || baseline === undefined) return items
  if (gramsNow === undefined) {
    items[w.current] = { ...item, taken: null }
    return items
  }
  const grams = item.grams + baseline - gramsNow
  const verdict = countDifference(grams, stepOf(w).pack, SCALE_SD * 2)
  items[w.current] = {
    ...item,
    grams: Math.round(grams * 100) / 100,
    taken: verdict.kind === 'count' ? verdict.units : null,
  }
  return items
}

export type Review = {
  readonly note: string
  readonly taken: Readonly<Record<string, number>>
  readonly actor: string
}

/** The person says what was ordered, the scale does not: that is not believed in silence. */
const doubtedBy = (items: readonly CountedItem[], measured: readonly CountedItem[]): readonly boolean[] =>
  items.map(({ taken, expected }, index) => taken === expected && measured[index]?.taken !== expected)

/** The person's word closes it: figures, note and name. Errors: E_REASON, E_COUNT. */
export const closeReview = (
  w: Withdrawal,
  measured: readonly CountedItem[],
  { note, taken, actor }: Review,
): { state: Withdrawal; events: NewEvent[] } => {
  if (!note.trim()) throw refuse('E_REASON')
  const items = measured.map((item, index) => {
    const units = taken[String(index)]
    if (units === undefined || !Number.isInteger(units) || units < 0 || units > 999) throw refuse('E_COUNT')
    return { ...item, taken: units }
  })
  // Only where person and scales agree that nothing moved: otherwise the fill is used and a case says why.
  const untouched = [...items, ...measured].every(item => item.taken === 0)
  const doubted = doubtedBy(items, measured)
  const outcome = untouched
    ? 'abandoned'
    : doubted.includes(true)
      ? 'discrepancy'
      : outcomeOf(items, w.partial)
  const name = { session: w.session, jti: w.jti, rx: w.rx }
  const cases = items.flatMap((item, index): NewEvent[] => {
    if (outcome === 'abandoned' || (item.taken === item.expected && !doubted[index])) return []
    // Where person and order agree and the scale does not, the case says what the scale found.
    const taken = doubted[index] ? (measured[index]?.taken ?? null) : item.taken
    const data = { ...name, ...item, taken, case: `${w.session}-${index}`, actor }
    return [{ kind: 'discrepancy.opened', data }]
  })
  const freed = outcome === 'abandoned' ? reversals(w, { actor, reason: note }) : []
  const reviewed: NewEvent = {
    kind: 'withdrawal.reviewed',
    data: { ...name, actor, outcome, items, note, ...shortageOf(w) },
  }
  return {
    state: { ...w, reason: note, phase: { at: 'finished', outcome } },
    events: [...freed, ...cases, reviewed],
  }
}
