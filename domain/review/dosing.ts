import type { RxDrug } from '../prescription.ts'
import type { Known, Line } from './facts.ts'
import { routeWords } from './words.ts'

type Frequency = { readonly perDay: number; readonly zh: string }

// Maps, since the keys come from outside: a unit called `constructor` must not be found.

/** Frequency codes as meaning. PRN has no daily count: what depends on it cannot be evaluated. */
const FREQUENCIES: ReadonlyMap<string, Frequency> = new Map(
  Object.entries({
    QD: { perDay: 1, zh: '每日1次' },
    QN: { perDay: 1, zh: '每晚1次' },
    BID: { perDay: 2, zh: '每日2次' },
    TID: { perDay: 3, zh: '每日3次' },
    QID: { perDay: 4, zh: '每日4次' },
    Q6H: { perDay: 4, zh: '每6小时1次' },
    Q8H: { perDay: 3, zh: '每8小时1次' },
    Q12H: { perDay: 2, zh: '每12小时1次' },
    QOD: { perDay: 1 / 2, zh: '隔日1次' },
    QW: { perDay: 1 / 7, zh: '每周1次' },
  }),
)

/** Micrograms in one unit of mass. */
const MASS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    g: 1e6,
    克: 1e6,
    mg: 1e3,
    毫克: 1e3,
    μg: 1,
    // The micro sign is another character than the Greek letter.
    µg: 1,
    ug: 1,
    mcg: 1,
    微克: 1,
  }),
)
const INTERNATIONAL = new Set(['iu', 'u', '单位', '国际单位'])
/** Words for one dosage unit, by the unit that the spec counts. */
const DOSAGE_UNITS = new Set(['片', '粒', '揿', '喷', '吸', '袋', '丸', '枚'])

const massOf = (unit: string): number | undefined => MASS.get(unit) ?? MASS.get(unit.toLowerCase())

/** A dose in the item's `strengthUnit`, or undefined for units that do not convert (ml, 支: a pack is no dose). */
export const doseInStrength = ({ rx, item }: Line): number | undefined => {
  const unit = rx.sin_dosunt.trim()
  if (unit === item.strengthUnit) return rx.sin_doscnt
  if (DOSAGE_UNITS.has(unit)) return item.spec.includes(unit) ? rx.sin_doscnt * item.strength : undefined
  const [from, to] = [massOf(unit), massOf(item.strengthUnit)]
  if (from !== undefined && to !== undefined) return (rx.sin_doscnt * from) / to
  const both = INTERNATIONAL.has(unit.toLowerCase()) && INTERNATIONAL.has(item.strengthUnit.toLowerCase())
  return both ? rx.sin_doscnt : undefined
}

/** Decimal doses do not add up exactly in binary: three times 0.1 is not more than 0.3. */
export const exceeds = (amount: number, limit: number): boolean => amount > limit * (1 + 1e-9)

const frequencyOf = ({ used_frqu_codg }: RxDrug) => FREQUENCIES.get(used_frqu_codg.toUpperCase())

/** Dose of one day on the average, in the item's `strengthUnit`: what days of supply are reckoned by. */
export const dailyDose = (line: Line): Known<number> => {
  const dose = doseInStrength(line)
  const frequency = frequencyOf(line.rx)
  if (dose !== undefined && frequency) return { value: dose * frequency.perDay }
  const missing = [dose === undefined && 'sin_dosunt', !frequency && 'used_frqu_codg']
  return { missing: missing.filter(name => typeof name === 'string') }
}

/**
 * Least dose of a day on which it is taken, which a highest daily dose is held against: QOD and QW hide nothing in an
 * average, and PRN is at least once. Undefined when the unit does not convert.
 */
export const doseOnADay = (line: Line): number | undefined => {
  const dose = doseInStrength(line)
  return dose === undefined ? undefined : dose * Math.max(1, frequencyOf(line.rx)?.perDay ?? 1)
}

/** Dosing in words for the label: `口服，每次5mg，每日1次，28天`. */
export const dosingText = ({
  sin_doscnt,
  sin_dosunt,
  used_frqu_codg,
  medc_way_codg,
  medc_days,
}: RxDrug): string => {
  const code = used_frqu_codg.toUpperCase()
  const frequency = FREQUENCIES.get(code)?.zh ?? (code === 'PRN' ? '必要时' : used_frqu_codg)
  const route = medc_way_codg ? `${routeWords(medc_way_codg).zh}，` : ''
  return `${route}每次${sin_doscnt}${sin_dosunt}，${frequency}，${medc_days}天`
}
