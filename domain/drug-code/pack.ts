import { readCode, withoutSymbology } from './code.ts'
import { checkDigit, GS } from './gs1.ts'

/** What a code says of the pack that carries it. */
export type PackCode = {
  /**
   * The formulary's key: a GTIN of 14 digits or the 7 characters of a drug identification code (药品标识码). It names one
   * packing level: the case of the same drug has another.
   */
  readonly key: string
  /** This one pack among all, however it was printed and read; null when the code only says what kind of pack it is. */
  readonly trace: string | null
  readonly lot: string | null
  /** Last usable day, `YYYY-MM-DD`. */
  readonly expiry: string | null
  readonly serial: string | null
  /** A separator may be lost: lot and serial are compared with what is known, never believed alone. */
  readonly doubtful: boolean
}

/** `case`: the label of a shipping case or pallet (SSCC), which is no pack of anything. */
export type ReadPack = { readonly is: 'pack'; readonly pack: PackCode } | { readonly is: 'case' }

const bare = { lot: null, expiry: null, serial: null, doubtful: false }

/**
 * Reads a scanned text as the code of a drug pack: a trace code of 20 characters, GS1 in any of its forms (ISO/IEC 15459:
 * GTIN and serial), or a bare article number. Undefined when it is none. Never throws. Without `given` the AIM identifier may
 * stand in front of the text.
 */
export const readPack = (printed: string, given?: string): ReadPack | undefined => {
  const { text, symbology } =
    given === undefined ? withoutSymbology(printed) : { text: printed, symbology: given }
  const code = readCode(text, symbology)
  switch (code.is) {
    case 'other':
      return undefined
    case 'trace-20':
      return { is: 'pack', pack: { ...bare, key: code.drug, trace: text, serial: text.slice(7) } }
    case 'article':
      return { is: 'pack', pack: { ...bare, key: code.gtin, trace: null } }
    case 'gs1': {
      const { gtin, lot = null, expiry = null, serial = null, doubtful } = code
      if (gtin === undefined) return code.sscc === undefined ? undefined : { is: 'case' }
      const trace = serial === null ? null : `01${gtin}21${serial}`
      return { is: 'pack', pack: { key: gtin, trace, lot, expiry, serial, doubtful } }
    }
  }
}

/**
 * The GTIN of what a case holds, by the usual rule of numbering: indicator 1–8 in front, the rest as on the pack. Undefined
 * when this is no GTIN of a case.
 */
export const contentOf = (gtin: string): string | undefined => {
  if (!/^[1-8]\d{13}$/.test(gtin)) return undefined
  const body = `0${gtin.slice(1, 13)}`
  return body + checkDigit(body)
}

/**
 * The text of a doubtful code with the separator put back beside the lot that the pack should be of, if it fits there:
 * otherwise as it was.
 */
export const withSeparator = (text: string, { lot, serial }: PackCode, expected: string): string => {
  if (lot?.startsWith(expected) && text.endsWith(lot)) {
    const rest = lot.slice(expected.length)
    return `${text.slice(0, text.length - rest.length)}${GS}${rest}`
  }
  const tail = `10${expected}`
  return serial?.endsWith(tail) && text.endsWith(tail) ? `${text.slice(0, -tail.length)}${GS}${tail}` : text
}
