/** What a GS1 element string says of a pack (GS1 General Specifications, section 3). */
export type Gs1 = {
  /** AI 01, 14 digits, check digit proved. */
  readonly gtin?: string
  /** AI 17 as YYYY-MM-DD; day 00 is the last of the month. Two-digit years are of this century. */
  readonly expiry?: string
  /** AI 11, the same. */
  readonly produced?: string
  /** AI 10. */
  readonly lot?: string
  /** AI 21: with the GTIN, the trace code of one pack (ISO/IEC 15459). */
  readonly serial?: string
  /** AI 00, a shipping case or pallet, 18 digits, check digit proved: to be opened, never counted as a pack. */
  readonly sscc?: string
  /** AI 02 and 37: what such a case holds, and how many. */
  readonly content?: string
  readonly count?: number
  /**
   * The last field ends in what could be a field of its own, so a group separator may have been lost: compare lot and
   * serial with what is known before believing them.
   */
  readonly doubtful: boolean
}

/** Ends a field of variable length (FNC1). */
export const GS = '\x1d'

type Rule = { readonly fixed: number } | { readonly upTo: number; readonly digits?: true }

/** Application identifiers found on drug packs and their cases. With any other the whole is not understood. */
const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['00', { fixed: 18 }],
  ['01', { fixed: 14 }],
  ['02', { fixed: 14 }],
  ['11', { fixed: 6 }],
  ['12', { fixed: 6 }],
  ['13', { fixed: 6 }],
  ['15', { fixed: 6 }],
  ['16', { fixed: 6 }],
  ['17', { fixed: 6 }],
  ['20', { fixed: 2 }],
  ['10', { upTo: 20 }],
  ['21', { upTo: 20 }],
  ['22', { upTo: 20 }],
  ['30', { upTo: 8, digits: true }],
  ['37', { upTo: 8, digits: true }],
  ['240', { upTo: 30 }],
  ['241', { upTo: 30 }],
  ['250', { upTo: 30 }],
  ['400', { upTo: 30 }],
  // Reimbursement numbers of countries.
  ...['710', '711', '712', '713', '714', '715', '716'].map((ai): [string, Rule] => [ai, { upTo: 20 }]),
  ['7003', { upTo: 10, digits: true }],
])

const DATES = new Set(['11', '12', '13', '15', '16', '17'])

/** GS1's own 82 characters, which all fields are made of (General Specifications, figure 7.11-1). */
const CHARACTERS = /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]+$/

/** Weights 3 and 1 from the right; the sum of all with the check digit ends in 0. */
const weighted = (digits: string): number =>
  [...digits].toReversed().reduce((sum, digit, at) => sum + Number(digit) * (at % 2 === 0 ? 1 : 3), 0)

export const checkDigitHolds = (digits: string): boolean => weighted(digits) % 10 === 0

/** The digit that makes `body` hold. */
export const checkDigit = (body: string): string => String((10 - (weighted(`${body}0`) % 10)) % 10)

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

const variableHolds = ({ upTo, digits }: Extract<Rule, { upTo: number }>, value: string): boolean =>
  (digits ? /^\d+$/ : CHARACTERS).test(value) && value.length <= upTo

type Element = { readonly ai: string; readonly value: string }
type Taken = Element & { readonly next: number }

/** One element from `at` on, with the separator behind it. */
const takeElement = (text: string, at: number): Taken | undefined => {
  const ai = [2, 3, 4].map(length => text.slice(at, at + length)).find(each => RULES.has(each))
  const rule = ai === undefined ? undefined : RULES.get(ai)
  if (ai === undefined || rule === undefined) return undefined
  const from = at + ai.length
  const separator = text.indexOf(GS, from)
  const stop = separator < 0 ? text.length : separator
  const end = 'fixed' in rule ? from + rule.fixed : stop
  const value = text.slice(from, end)
  const holds = 'fixed' in rule ? end <= stop && fixedHolds(ai, value) : variableHolds(rule, value)
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

/** What stands beside lot and serial on packs; rarer fields would make half of all lots doubtful. */
const USUAL = new Set(['00', '01', '02', '10', '11', '13', '15', '17', '20', '21', '30', '37', '240'])

/** Whether some tail of the last field reads as fields of which none has come yet. */
const mayHideMore = (elements: readonly Element[]): boolean => {
  const last = elements.at(-1)
  if (last === undefined || 'fixed' in (RULES.get(last.ai) ?? { fixed: 0 })) return false
  const seen = new Set(elements.map(({ ai }) => ai))
  return Array.from(last.value.slice(1), (_, at) => elementsOf(last.value.slice(at + 1))).some(
    hidden => hidden?.every(({ ai }) => USUAL.has(ai) && !seen.has(ai)) ?? false,
  )
}

/** Reads an element string without its symbology identifier. Never throws; undefined when it is not understood whole. */
export const parseGs1 = (text: string): Gs1 | undefined => {
  // Some scanners send the leading FNC1 as a separator.
  const elements = elementsOf(text.startsWith(GS) ? text.slice(1) : text)
  if (elements === undefined || elements.length === 0) return undefined
  const field = (ai: string): string | undefined => elements.find(each => each.ai === ai)?.value
  const date = (ai: string): string | undefined => dateOf(field(ai) ?? '')
  const count = field('37')
  const known = {
    gtin: field('01'),
    expiry: date('17'),
    produced: date('11'),
    lot: field('10'),
    serial: field('21'),
    sscc: field('00'),
    content: field('02'),
    count: count === undefined ? undefined : Number(count),
  }
  const told = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined))
  return { ...told, doubtful: mayHideMore(elements) }
}
