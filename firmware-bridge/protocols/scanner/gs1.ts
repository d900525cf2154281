/** What a GS1 element string says of a pack (GS1 General Specifications, section 3). */
export type Gs1 = {
  /** AI 01, 14 digits, check digit proved. */
  readonly gtin?: string
  /** AI 17 as YYYY-MM-DD; day 00 is the last of the month. Two-digit years are of this century. */
  readonly expiry?: string
  /** AI 10. */
  readonly lot?: string
  /** AI 21. */
  readonly serial?: string
  /**
   * The last field ends in what could be a field of its own, so a group separator may have been lost: compare lot and
   * serial with what is known before believing them.
   */
  readonly doubtful: boolean
}

/** Ends a field of variable length (FNC1). */
export const GS = '\x1d'

type Rule = { readonly fixed: number } | { readonly upTo: number }

/** Application identifiers found on drug packs. With any other the whole is not understood. */
const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['00', { fixed: 18 }],
  ['01', { fixed: 14 }],
  ['02', { fixed: 14 }],
  ['11', { fixed: 6 }],
  ['13', { fixed: 6 }],
  ['15', { fixed: 6 }],
  ['17', { fixed: 6 }],
  ['20', { fixed: 2 }],
  ['10', { upTo: 20 }],
  ['21', { upTo: 20 }],
  ['30', { upTo: 8 }],
  ['37', { upTo: 8 }],
  ['240', { upTo: 30 }],
])

const DATES = new Set(['11', '13', '15', '17'])

/** Weights 3 and 1 from the right; the sum of all with the check digit ends in 0. */
const checkDigitHolds = (digits: string): boolean =>
  [...digits].toReversed().reduce((sum, digit, at) => sum + Number(digit) * (at % 2 === 0 ? 1 : 3), 0) %
    10 ===
  0

/** YYMMDD as YYYY-MM-DD, or undefined when there is no such day. */
const dateOf = (digits: string): string | undefined => {
  const [year, month, day] = [2000 + Number(digits.slice(0, 2)), +digits.slice(2, 4), +digits.slice(4)]
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate()
  if (month < 1 || month > 12 || day > lastDay) return undefined
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${year}-${two(month)}-${two(day === 0 ? lastDay : day)}`
}

const fixedHolds = (ai: string, value: string): boolean => {
  if (!/^\d+$/.test(value)) return false
  if (ai === '01' || ai === '02' || ai === '00') return checkDigitHolds(value)
  return !DATES.has(ai) || dateOf(value) !== undefined
}

type Element = { readonly ai: string; readonly value: string }
type Taken = Element & { readonly next: number }

/** One element from `at` on, with the separator behind it. */
const takeElement = (text: string, at: number): Taken | undefined => {
  const ai = [text.slice(at, at + 2), text.slice(at, at + 3)].find(each => RULES.has(each))
  const rule = ai === undefined ? undefined : RULES.get(ai)
  if (ai === undefined || rule === undefined) return undefined
  const from = at + ai.length
  const separator = text.indexOf(GS, from)
  const stop = separator < 0 ? text.length : separator
  const end = 'fixed' in rule ? from + rule.fixed : stop
  const value = text.slice(from, end)
  const holds =
    'fixed' in rule ? end <= stop && fixedHolds(ai, value) : value.length > 0 && value.length <= rule.upTo
  return holds ? { ai, value, next: text[end] === GS ? end + 1 : end } : undefined
}

/** All elements, or undefined when anything is left over or comes twice. */
const elementsOf = (text: string): readonly Element[] | undefined => {
  const elements: Element[] = []
  let at = 0
  while (at < text.length) {
    const taken = takeElement(text, at)
    if (taken === undefined || elements.some(({ ai }) => ai === taken.ai)) return undefined
    elements.push(taken)
    at = taken.next
  }
  return elements
}

/** Whether some tail of the last field reads as fields of which none has come yet. */
const mayHideMore = (elements: readonly Element[]): boolean => {
  const last = elements.at(-1)
  if (last === undefined || 'fixed' in (RULES.get(last.ai) ?? { fixed: 0 })) return false
  const seen = new Set(elements.map(({ ai }) => ai))
  return Array.from(last.value.slice(1), (_, at) => elementsOf(last.value.slice(at + 1))).some(
    hidden => hidden?.every(({ ai }) => !seen.has(ai)) ?? false,
  )
}

/** Reads an element string without its symbology identifier. Never throws; undefined when it is not understood whole. */
export const parseGs1 = (text: string): Gs1 | undefined => {
  // Some scanners send the leading FNC1 as a separator.
  const elements = elementsOf(text.startsWith(GS) ? text.slice(1) : text)
  if (elements === undefined || elements.length === 0) return undefined
  const field = (ai: string): string | undefined => elements.find(each => each.ai === ai)?.value
  const [gtin, expires, lot, serial] = ['01', '17', '10', '21'].map(field)
  const expiry = expires === undefined ? undefined : dateOf(expires)
  return {
    ...(gtin === undefined ? {} : { gtin }),
    ...(expiry === undefined ? {} : { expiry }),
    ...(lot === undefined ? {} : { lot }),
    ...(serial === undefined ? {} : { serial }),
    doubtful: mayHideMore(elements),
  }
}
