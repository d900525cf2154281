import { initialsOf } from './initials.ts'

/** A form without typing: one field at a time, each by the pad that fits it. */
export type Option = { readonly value: string; readonly text: string; readonly detail?: string }
export type Drug = {
  readonly drug: string
  readonly name: string
  readonly spec: string
  readonly unit: string
}
export type Field = {
  readonly key: string
  readonly label: string
  readonly optional?: boolean
} & (
  | { readonly kind: 'letters'; readonly hint: string; readonly most?: number }
  | { readonly kind: 'number'; readonly least?: number; readonly most: number; readonly unit?: string }
  /** Eight digits, or six as some packs print it. */
  | { readonly kind: 'date' }
  /** Four digits. */
  | { readonly kind: 'time' }
  | { readonly kind: 'choice'; readonly options: readonly Option[] }
  | { readonly kind: 'drug'; readonly drugs: readonly Drug[] }
  /** The page draws it itself; `shown` is what stands in the list. */
  | { readonly kind: 'own'; readonly shown: string }
)
/** As typed: digits of a date, the value of an option, the id of a drug. */
export type Values = Record<string, string>

/** `20270131` or `270131` → `2027-01-31`; null when there is no such day. */
export const dateOf = (digits: string): string | null => {
  const [, year, month, day] = /^(\d{4}|\d{2})(\d{2})(\d{2})$/.exec(digits) ?? []
  if (year === undefined) return null
  const iso = `${year.length === 2 ? '20' : ''}${year}-${month}-${day}`
  const at = new Date(`${iso}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(iso) ? iso : null
}

/** `0930` → `09:30`; null when there is no such minute. */
export const timeOf = (digits: string): string | null => {
  const [, hour, minute] = /^([01]\d|2[0-3])([0-5]\d)$/.exec(digits) ?? []
  return hour === undefined ? null : `${hour}:${minute}`
}

export const isFilled = (field: Field, values: Values): boolean => {
  const value = values[field.key] ?? ''
  if (field.kind === 'own') return field.shown !== ''
  if (field.kind === 'date') return dateOf(value) !== null
  if (field.kind === 'time') return timeOf(value) !== null
  if (field.kind === 'number')
    return value !== '' && Number(value) >= (field.least ?? 1) && Number(value) <= field.most
  return value !== ''
}

/** Labels of what is not filled in yet, or wrongly. */
export const missing = (fields: readonly Field[], values: Values): readonly string[] =>
  fields
    .filter(field => !isFilled(field, values) && !(field.optional && !values[field.key]))
    .map(({ label }) => label)

const SHORTEST_QUERY = 3

/**
 * R5: outside an order, three pinyin initials, and then the strength is chosen from what is listed. A name shorter than
 * that is found by all of its letters.
 */
export const findDrugs = (query: string, drugs: readonly Drug[]): readonly Drug[] =>
  drugs.filter(({ name }) =>
    initialsOf(name).some(
      initials =>
        (query.length >= SHORTEST_QUERY && initials.includes(query)) ||
        (query !== '' && initials.length < SHORTEST_QUERY && initials === query),
    ),
  )

/** What stands in the list of fields. */
export const shownValue = (field: Field, values: Values): string => {
  const value = values[field.key] ?? ''
  if (field.kind === 'own') return field.shown
  if (field.kind === 'date') return dateOf(value) ?? value
  if (field.kind === 'time') return timeOf(value) ?? value
  if (field.kind === 'choice') return field.options.find(option => option.value === value)?.text ?? ''
  if (field.kind === 'drug') {
    const drug = field.drugs.find(one => one.drug === value)
    return drug ? `${drug.name} ${drug.spec}` : ''
  }
  return field.kind === 'number' && value !== '' ? `${value} ${field.unit ?? ''}`.trim() : value
}
