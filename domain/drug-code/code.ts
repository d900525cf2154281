import { linkElements } from './digital-link.ts'
import { checkDigitHolds, GS, type Gs1, parseGs1 } from './gs1.ts'

/** What stands on a pack, a case or anything else that a scanner reads. */
export type Code =
  | ({ readonly is: 'gs1' } & Gs1)
  /** China's drug trace code (药品追溯码, NMPAB/T 1002-2019): 20 characters, the first 7 of which name drug and pack size. */
  | { readonly is: 'trace-20'; readonly drug: string }
  /** A bare EAN or UPC bar code as a GTIN of 14 digits: which drug, and nothing more. */
  | { readonly is: 'article'; readonly gtin: string }
  | { readonly is: 'other' }

/** AIM identifiers (ISO/IEC 15424) of GS1-128, GS1 DataMatrix, GS1 QR, GS1 DataBar, GS1 DotCode. */
const GS1_SYMBOLS = new Set([']C1', ']d2', ']Q3', ']e0', ']J1'])

const RS = '\x1e'
const EOT = '\x04'
/** GS1 data in the envelope of ISO/IEC 15434, format 05. */
const envelopedGs1 = (text: string): string | undefined => {
  const [head, inside, end, ...more] = text.split(RS)
  const whole = head === '[)>' && (end === EOT || end === '') && more.length === 0
  return whole && inside?.startsWith(`05${GS}`) ? inside.slice(3) : undefined
}

/** A link names its fields one by one: there is no separator to lose. */
const parseLink = (elements: string): Gs1 | undefined => {
  const gs1 = parseGs1(elements)
  return gs1 && { ...gs1, doubtful: false }
}

/** Without an identifier only a GTIN or SSCC that holds its check digit makes it GS1. */
const gs1In = (text: string, symbology: string | undefined): Gs1 | undefined => {
  const inside = envelopedGs1(text)
  if (inside !== undefined) return parseGs1(inside)
  const linked = linkElements(text)
  if (linked !== undefined) return parseLink(linked)
  if (symbology !== undefined && !GS1_SYMBOLS.has(symbology)) return undefined
  const gs1 = parseGs1(text)
  return symbology !== undefined || gs1?.gtin !== undefined || gs1?.sscc !== undefined ? gs1 : undefined
}

/** A text with its AIM identifier in front, as a scanner that plays a keyboard types it; no code of ours begins with `]`. */
export const withoutSymbology = (text: string): { readonly text: string; readonly symbology?: string } => {
  const [symbology] = /^\][A-Za-z][0-9A-Za-z]/.exec(text) ?? []
  return symbology === undefined ? { text } : { text: text.slice(symbology.length), symbology }
}

/**
 * What a scanned text says. `symbology`: its AIM identifier, like `]d2`, where the scanner sends one: it tells GS1 data from
 * digits that only look like it. Never throws.
 */
export const readCode = (text: string, symbology?: string): Code => {
  const gs1 = gs1In(text, symbology)
  if (gs1) return { is: 'gs1', ...gs1 }
  if (/^[0-9A-Z]{20}$/.test(text)) return { is: 'trace-20', drug: text.slice(0, 7) }
  if (/^(?:\d{8}|\d{12,14})$/.test(text) && checkDigitHolds(text))
    return { is: 'article', gtin: text.padStart(14, '0') }
  return { is: 'other' }
}
