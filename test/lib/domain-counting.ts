import { type CountVerdict, countDeviation, countDifference, type UnitWeight } from '#domain/counting.ts'
import { SCALE_SD } from '#edge/dispensing/door.ts'
import { type Random, seededRandom } from '#hardware/simulated/random.ts'
import { between, createLotDrawer, oneOf } from './domain-counting-drawer.ts'
import { GOODS, type Goods } from './domain-counting-goods.ts'

/** Withdrawals of one class, counted. Shares of `predicted` are to be divided by `whole`. */
export type Tally = {
  /** A whole number of the right packs was taken, the number asked for or another one. */
  whole: number
  right: number
  asked: number
  unknown: number
  /** Accepted with a wrong number: must not be. */
  silent: number
  /** What `silent` would be if 3·sd < 0.5 and |residual| ≤ 3·sd were all that is asked. */
  silentBare: number
  /** Sum of the probabilities, by the published formula, of being asked, and of being taken for an unknown object. */
  predicted: { asked: number; unknown: number }
  /** One pack of another drug among them. `alike`: it weighs what a right one weighs, so nothing was seen. */
  swaps: { made: number; alike: number }
  /** Left in the drawer. `light`: not seen, the number is right. `alike`: weighs like packs, the number is wrong. */
  objects: { made: number; light: number; alike: number }
}

const noTally = (): Tally => ({
  whole: 0,
  right: 0,
  asked: 0,
  unknown: 0,
  silent: 0,
  silentBare: 0,
  predicted: { asked: 0, unknown: 0 },
  swaps: { made: 0, alike: 0 },
  objects: { made: 0, light: 0, alike: 0 },
})

/** Probability that a standard normal value is within ±z (Abramowitz and Stegun 7.1.26, off by less than 2e-7). */
const within = (z: number): number => {
  if (z <= 0) return 0
  const x = z / Math.SQRT2
  const t = 1 / (1 + 0.3275911 * x)
  const poly =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  return 1 - poly * Math.exp(-x * x)
}

/** What the published formula says will happen to `units` right packs, under the rule of `countDifference`. */
const predict = (units: number, unit: UnitWeight): { asked: number; unknown: number } => {
  const sd = countDeviation(units, unit, SCALE_SD)
  if (3 * sd >= 0.5) return { asked: 1, unknown: 0 }
  const accepted = [units - 1, units + 1].map(next =>
    within(Math.min(3, (1 - 6 * countDeviation(Math.abs(next), unit, SCALE_SD)) / sd)),
  )
  const counted = accepted.reduce((sum, share) => sum + share / 2, 0)
  return { asked: within(3) - counted, unknown: 1 - within(3) }
}

/** The number that the rule without the look at the neighbouring number would accept. */
const bareCount = (grams: number, unit: UnitWeight): number | undefined => {
  const estimate = grams / unit.grams
  const units = Math.round(estimate)
  const limit = 3 * countDeviation(Math.abs(units), unit, SCALE_SD)
  return limit < 0.5 && Math.abs(estimate - units) <= limit ? units : undefined
}

const countWhole = (tally: Tally, units: number, grams: number, unit: UnitWeight): void => {
  const verdict: CountVerdict = countDifference(grams, unit, SCALE_SD)
  const { asked, unknown } = predict(units, unit)
  const bare = bareCount(grams, unit)
  tally.whole++
  tally.predicted.asked += asked
  tally.predicted.unknown += unknown
  if (bare !== undefined && bare !== units) tally.silentBare++
  if (verdict.kind === 'ask') tally.asked++
  else if (verdict.kind === 'unknown-object') tally.unknown++
  else if (verdict.units === units) tally.right++
  else tally.silent++
}

/** Of a hundred withdrawals: 2 one too few, 2 one too many, 1 with another drug's pack, 1 with an object left, 94 right. */
const deedOf = (random: Random): 'right' | 'few' | 'many' | 'swap' | 'object' => {
  const lot = random() * 100
  if (lot < 94) return 'right'
  if (lot < 96) return 'few'
  if (lot < 98) return 'many'
  return lot < 99 ? 'swap' : 'object'
}

const ALL = GOODS as readonly [Goods, ...Goods[]]
/** A slip of paper to a telephone, all orders of size alike. */
const someObject = (random: Random): number => Math.exp(between(random, [Math.log(0.5), Math.log(200)]))

export type Run = {
  readonly withdrawals: number
  readonly seed: number
  /** How much more the packs vary than the cabinet was told, e.g. 1.5. */
  readonly variation?: number
}

/** Withdrawals of one class, lot after lot. The same seed gives the same tally. */
export const simulateCounting = (goods: Goods, { withdrawals, seed, variation = 1 }: Run): Tally => {
  const random = seededRandom(seed)
  const tally = noTally()
  const most = Math.max(...goods.quantities) + 1
  let drawer = createLotDrawer(goods, random, variation)
  for (let done = 0; done < withdrawals; done++) {
    if (drawer.units() < most) drawer = createLotDrawer(goods, random, variation)
    const { unit, session } = drawer
    const wanted = oneOf(random, goods.quantities as readonly [number, ...number[]])
    const deed = deedOf(random)
    if (deed === 'swap') {
      const swapped = between(random, oneOf(random, ALL).grams)
      const verdict = countDifference(session({ take: wanted - 1, swapped }), unit, SCALE_SD)
      tally.swaps.made++
      if (verdict.kind === 'count') tally.swaps.alike++
    } else if (deed === 'object') {
      const verdict = countDifference(session({ take: wanted, left: someObject(random) }), unit, SCALE_SD)
      tally.objects.made++
      if (verdict.kind === 'count') tally.objects[verdict.units === wanted ? 'light' : 'alike']++
    } else {
      const take = wanted + (deed === 'many' ? 1 : deed === 'few' ? -1 : 0)
      countWhole(tally, take, session({ take }), unit)
    }
  }
  return tally
}
