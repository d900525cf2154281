import { countDeviation, countDifference, type UnitWeight } from '#domain/counting.ts'
import { SCALE_SD } from '../dispensing/door.ts'
import { type Line, lineOf, type Operation, TRAITS, type Why } from './state.ts'

/** A pack that weighs this much more or less than the formulary says is another pack. */
const NOMINAL_BAND = 0.15
/** Packs of a lot that nobody weighed one by one differ by this much (1σ / mean). */
const LEARNED_CV = 0.01

const deviation = (doorSessions: number): number => SCALE_SD * Math.sqrt(Math.max(1, doorSessions))

/** Did the weight of the drawer stay what it was? Null: the scale cannot say. */
export const untouched = ({ grams, doorSessions }: Operation): boolean | null => {
  if (doorSessions === 0) return true
  return grams === null ? null : Math.abs(grams) <= 3 * deviation(doorSessions)
}

/** `settled`: what moved is what was promised. `pack` = the lot's unit weight, where this filling taught it. */
export type Judgement =
  | { readonly settled: true; readonly measured: number; readonly pack?: UnitWeight }
  | { readonly settled: false; readonly measured: number | null; readonly why: Why }

const learn = (grams: number, packs: number): UnitWeight => ({
  grams: grams / packs,
  cv: LEARNED_CV,
  reference: Math.abs(packs),
})

/**
 * A lot that was never weighed: its unit weight is this filling's weight over its packs, if that is what the formulary lets
 * expect, and if the formulary's weight would not give another number of packs.
 */
const judgeNew = ({ promised, nominal }: Line, grams: number): Judgement => {
  const pack = learn(grams, promised)
  const expected = nominal !== null && Math.abs(pack.grams / nominal - 1) <= NOMINAL_BAND
  if (expected && Math.round(grams / nominal) === promised) return { settled: true, measured: promised, pack }
  return { settled: false, measured: null, why: 'new-weight' }
}

/** Holds the weight that moved against the packs that should have. For operations about one lot. */
export const judgeWeight = (op: Operation): Judgement => {
  const line = lineOf(op)
  const { grams } = op
  if (grams === null) return { settled: false, measured: null, why: 'ask' }
  if (untouched(op)) return { settled: false, measured: 0, why: 'differs' }
  if (line.pack === null) return judgeNew(line, grams)
  const verdict = countDifference(grams, line.pack, deviation(op.doorSessions))
  if (verdict.kind === 'count')
    return verdict.units === line.promised
      ? { settled: true, measured: verdict.units }
      : { settled: false, measured: verdict.units, why: 'differs' }
  return { settled: false, measured: null, why: verdict.kind }
}

/** Could this weight be the packs promised, as far as a scale that cannot tell them apart can say? */
const mayBePromised = (op: Operation): boolean => {
  const { pack, promised } = lineOf(op)
  if (op.grams === null || pack === null) return true
  const sd = countDeviation(Math.abs(promised), pack, deviation(op.doorSessions))
  return Math.abs(op.grams / pack.grams - promised) <= 3 * sd
}

/** The formulary's weight, where there is one, says the same number of packs: then a person's count teaches a lot's own. */
const mayTeach = ({ nominal, promised }: Line, grams: number): boolean =>
  Math.sign(grams) === Math.sign(promised) && (nominal === null || Math.round(grams / nominal) === promised)

/**
 * The person's figure beside the scale's: where the scale cannot tell, the person can, and teaches a new lot's weight.
 * Otherwise a difference stays one until somebody accepts it.
 */
export const judgeEntered = (op: Operation): Judgement => {
  const line = lineOf(op)
  const weighed = judgeWeight(op)
  if (weighed.settled || line.entered !== Math.abs(line.promised)) return weighed
  const { grams } = op
  if (weighed.why === 'new-weight' && grams !== null && mayTeach(line, grams))
    return { settled: true, measured: line.promised, pack: learn(grams, line.promised) }
  return weighed.why === 'ask' && mayBePromised(op) ? { settled: true, measured: line.promised } : weighed
}

/** Does the weight that left an emergency's drawer agree with the figures? Unknown weights agree. */
export const agreesWithWeight = ({ lines, grams }: Operation): boolean => {
  if (grams === null) return true
  const weights = lines.flatMap(({ pack }) => (pack ? [pack.grams] : []))
  if (weights.length < lines.length) return true
  const taken = lines.reduce((sum, { entered, pack }) => sum + (entered ?? 0) * (pack?.grams ?? 0), 0)
  return Math.abs(taken + grams) <= (lines.length === 0 ? 3 * SCALE_SD : Math.min(...weights) / 2)
}

export const isOneLot = ({ kind }: Operation): boolean => TRAITS[kind].figures === 'moved'
