import type { Item } from '../drug.ts'
import type { Prescription, RxDrug, RxPatient } from '../prescription.ts'
import { DAY, endOfShanghaiDay, parseShanghai, shanghaiDay } from '../time.ts'

/** One drug of the prescription beside its formulary entry. */
export type Line = { readonly rx: RxDrug; readonly item: Item }

/** A fact that is known, or the fields whose absence (or contradiction) keeps it unknown. */
export type Known<T> = { readonly value: T } | { readonly missing: readonly string[] }

export type Facts = {
  readonly prescription: Prescription
  readonly patient: RxPatient
  readonly kind: NonNullable<Prescription['kind']>
  readonly lines: readonly Line[]
  /** Ids that are in no formulary. */
  readonly unknown: readonly string[]
  readonly pregnant: Known<boolean>
  /** First instant at which it is no longer valid; undefined when its date is no date. */
  readonly expires: Date | undefined
  readonly issued: Date | undefined
  readonly now: Date
}

const FERTILE = { from: 12, to: 50 }

/**
 * Pregnant, as far as the message says. `geso_val` 0 is an answer (asked, not pregnant); without it the answer is only
 * implied for men and outside 12–50 years. A man with weeks of pregnancy contradicts himself: unknown.
 */
export const pregnancyOf = ({ gend, patn_age: age, geso_val: weeks }: RxPatient): Known<boolean> => {
  if (gend === '1' && weeks) return { missing: ['gend', 'geso_val'] }
  if (weeks !== undefined) return { value: weeks > 0 }
  if (gend === '1') return { value: false }
  if (age !== undefined && (age < FERTILE.from || age > FERTILE.to)) return { value: false }
  const absent = [gend === undefined && 'gend', age === undefined && 'patn_age', 'geso_val']
  return { missing: absent.filter(name => typeof name === 'string') }
}

/** End of validity: the calendar day of issue (Asia/Shanghai) counts as the first of `valid_days` (处方管理办法 第十八条). */
export const expiryOf = ({ prsc_time, valid_days = 1 }: Prescription): Date | undefined => {
  const issued = parseShanghai(prsc_time)
  if (!issued) return undefined
  const last = new Date(issued.getTime() + (valid_days - 1) * DAY)
  return endOfShanghaiDay(shanghaiDay(last))
}

export const factsOf = (
  prescription: Prescription,
  { formulary, now }: { readonly formulary: ReadonlyMap<string, Item>; readonly now: Date },
): Facts => {
  const lines: Line[] = []
  const unknown: string[] = []
  for (const rx of prescription.rxdrugdetail) {
    const item = formulary.get(rx.fixmedins_hilist_id)
    if (item) lines.push({ rx, item })
    else unknown.push(rx.fixmedins_hilist_id)
  }
  return {
    prescription,
    patient: prescription.mdtrtinfo,
    kind: prescription.kind ?? 'ordinary',
    lines,
    unknown,
    pregnant: pregnancyOf(prescription.mdtrtinfo),
    expires: expiryOf(prescription),
    issued: parseShanghai(prescription.prsc_time),
    now,
  }
}

/** The lines whose ATC code begins with one of `prefixes`. */
export const linesOf = (lines: readonly Line[], prefixes: readonly string[]): readonly Line[] =>
  lines.filter(({ item }) => prefixes.some(prefix => item.atc.startsWith(prefix)))

export const idsOf = (lines: readonly Line[]): readonly string[] => [
  ...new Set(lines.map(({ item }) => item.id)),
]

export const namesOf = (lines: readonly Line[]): string =>
  [...new Set(lines.map(({ item }) => item.name))].join('、')
