import type { UnitWeight } from '#domain/counting.ts'
import { createDrawerScale } from '#hardware/simulated/drawer-scale.ts'
import { gaussian, type Random } from '#hardware/simulated/random.ts'
import type { Goods } from './domain-counting-goods.ts'

export const between = (random: Random, [from, to]: readonly [number, number]): number =>
  from + (to - from) * random()

export const oneOf = <T>(random: Random, all: readonly [T, ...T[]]): T =>
  all[Math.floor(random() * all.length)] ?? all[0]

/** One lot in its drawer on its own cell. Weights in grams. */
export type LotDrawer = {
  /** What the cabinet believes of the lot. */
  readonly unit: UnitWeight
  readonly units: () => number
  /** A door session some time after the last one: the difference of its two weighings, before − after. */
  readonly session: (what: {
    readonly take: number
    readonly swapped?: number
    readonly left?: number
  }) => number
}

const SECOND = 1_000
const DAY = 86_400 * SECOND
/** A drawer on a 3 kg cell is filled no further. */
const FULL_GRAMS = 2_500
const CALIBRATED_AT = 20
const MEAN_PAUSE = 25 * 60 * SECOND

const wave = (now: number, period: number): number => Math.sin((2 * Math.PI * now) / period)

/** °C: a room over the day; a fridge with its compressor, and warmed by each opening. */
const airOf = (place: Goods['place'], now: number, openedAt: number): number =>
  place === 'room'
    ? 22 + 4 * wave(now, DAY)
    : 5 + 1.5 * wave(now, 45 * 60 * SECOND) + 3 * Math.exp((openedAt - now) / (180 * SECOND))

/** Within what OIML R 60 allows a cell of class C3, either way. */
const cellMake = (random: Random) => ({
  creep: between(random, [-0.000_2, 0.000_2]),
  zeroGramsPerKelvin: between(random, [-0.04, 0.04]),
  spanPpmPerKelvin: between(random, [-17, 17]),
})

/**
 * A new lot: its mean, its true variation (20 % about the stated one) and its packs. The reference, 5, 10 or 20 packs, is
 * weighed in this drawer, so that the mean that is believed has the error of that sample and of that weighing.
 * `variation` multiplies the true variation and not the stated one.
 */
export const createLotDrawer = (goods: Goods, random: Random, variation = 1): LotDrawer => {
  const grams = between(random, goods.grams)
  const cv = goods.cv * variation * between(random, [0.8, 1.2])
  const units = Math.min(goods.holds, Math.floor(FULL_GRAMS / grams))
  const packs = Array.from({ length: units }, () => grams * (1 + cv * gaussian(random)))
  const reference = Math.min(oneOf(random, [5, 10, 10, 20]), units)

  let now = random() * DAY
  let openedAt = now
  let dry = 0
  // Air 8 % RH about its mean over five days; paper holds 0.1 % of its weight for each % RH.
  const load = (): number => dry * (1 + goods.paper * 0.001 * 8 * wave(now, 5 * DAY))
  const scale = createDrawerScale({
    make: cellMake(random),
    now: () => now,
    random,
    air: { celsius: () => airOf(goods.place, now, openedAt), calibratedAt: CALIBRATED_AT },
    load,
    frozen: () => false,
  })
  const changed = (more: number): void => {
    now += between(random, [2, 15]) * SECOND
    dry += more
    scale.moved(500)
  }
  const weigh = (): number => {
    now += between(random, [2, 10]) * SECOND
    return scale.grams()
  }
  const sum = (count: number): number => packs.splice(0, count).reduce((total, each) => total + each, 0)

  const empty = weigh()
  const sample = packs.slice(0, reference).reduce((total, each) => total + each, 0)
  changed(sample)
  const mean = (weigh() - empty) / reference
  changed(packs.reduce((total, each) => total + each, 0) - sample)
  // They do not lie in the order in which they were weighed.
  for (let at = packs.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1))
    const [a = 0, b = 0] = [packs[at], packs[other]]
    packs[at] = b
    packs[other] = a
  }

  const session: LotDrawer['session'] = ({ take, swapped = 0, left = 0 }) => {
    changed(swapped)
    now += -Math.log(1 - random()) * MEAN_PAUSE
    const before = weigh()
    openedAt = now
    changed(left - swapped - sum(take))
    const after = weigh()
    if (left > 0) changed(-left)
    return before - after
  }
  return { unit: { grams: mean, cv: goods.cv, reference }, units: () => packs.length, session }
}
