import type { LotStatus } from './journal/events-operations.ts'

/** Classes of control; which drug is in which class is data, since lists change (RULES.md, "Controlled drugs"). */
export type DrugClass = 'ordinary' | 'psychotropic-2' | 'psychotropic-1' | 'narcotic' | 'toxic'

/**
 * A code that packs of one packing level carry: GTIN of 14 digits, or the 7 characters of a drug identification code
 * (药品标识码). Each level has its own; `packs`: how many dispensed packs are inside. 1 is the pack itself, more a bundle or a
 * case, which is opened and never handed out or counted as one.
 */
export type ItemCode = { readonly code: string; readonly packs: number }

/**
 * One entry of the unified formulary (品规, 统一用药目录): a generic name in one form, strength and pack.
 * Logic runs on `atc` and `ingredients`; names are for people.
 */
export type Item = {
  /** Stable key inside the county, e.g. `amlodipine-5`. */
  readonly id: string
  /** Name as printed, e.g. 苯磺酸氨氯地平片. */
  readonly name: string
  /** Pinyin initials of the name, upper case, for search without typing Chinese. */
  readonly initials: string
  readonly form: string
  /** Strength and pack as printed, e.g. `5mg×28片`. */
  readonly spec: string
  /** Amount of active substance in one dosage unit, in `strengthUnit`. */
  readonly strength: number
  readonly strengthUnit: string
  /** Dosage units (tablets, puffs, pens …) in one dispensed pack. */
  readonly unitsPerPack: number
  /** What is dispensed and counted: 盒, 支, 瓶. */
  readonly packUnit: string
  /** Nominal weight of one pack in grams; a lot has its own (the unit weight belongs to a lot). */
  readonly packGrams: number
  readonly ingredients: readonly string[]
  readonly atc: string
  readonly class: DrugClass
  readonly storage: 'room' | 'cold'
  readonly essential: boolean
  /** Highest dose of one day for adults in `strengthUnit`, from the label; absent = the rule cannot be evaluated. */
  readonly maxDailyDose?: number
  /** Absent = its packs cannot be told by scanning. */
  readonly codes?: readonly ItemCode[]
  /** Every pack is scanned when it is taken; otherwise it may be. */
  readonly scan?: 'required'
}

/** A lot (批号) of an item at a site, in one drawer. `expiry` is the last usable calendar day, `YYYY-MM-DD`. */
export type Lot = {
  readonly drug: string
  readonly lot: string
  readonly expiry: string
  readonly drawer: string
  readonly quantity: number
  /** Weight of one pack of this lot in grams, and its coefficient of variation (1σ / mean). */
  readonly packGrams: number
  readonly packCv: number
  readonly status: LotStatus
}
