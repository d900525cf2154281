import { type PackCode, readPack, withSeparator } from '#domain/drug-code/pack.ts'
import type { YaoguiError } from '#domain/error.ts'
import type { Catalogue, CodedItem } from './catalogue.ts'
import { refuseScan, wrongPack } from './refusals.ts'

/** The pack that is held before the scanner, and what it should be. */
export type PackClaim = {
  readonly text: string
  readonly symbology?: string
  readonly drug: string
  readonly lot: string
  /** Last usable day, `YYYY-MM-DD`. */
  readonly expiry: string
}

/** `unread`: what this code does not say, so that a person reads it off the pack. */
export type PackSeen = {
  readonly trace: string | null
  readonly unread: readonly ('lot' | 'expiry')[]
}

export type Mismatch = {
  readonly field: 'drug' | 'lot' | 'expiry'
  readonly expected: string
  readonly found: string
}

const FIELDS = { drug: ['药品', 'drug'], lot: ['批号', 'lot'], expiry: ['有效期', 'expiry'] } as const

const tell = (code: 'E_WRONG_PACK' | 'E_WRONG_LOT', mismatches: readonly Mismatch[]): YaoguiError =>
  wrongPack(code, {
    zh: mismatches
      .map(({ field, expected, found }) => `${FIELDS[field][0]}不符：应为 ${expected}，扫到 ${found}`)
      .join('；'),
    en: mismatches
      .map(({ field, expected, found }) => `${FIELDS[field][1]}: should be ${expected}, scanned ${found}`)
      .join('; '),
  })

const titleOf = ({ name, spec }: CodedItem): string => `${name} ${spec}`.trim()

/** The code of one pack of a known item. Errors: E_SCAN_UNKNOWN, E_CODE_UNKNOWN, E_CODE_LEVEL. */
export const identify = (
  catalogue: Catalogue,
  { text, symbology }: Pick<PackClaim, 'text' | 'symbology'>,
): { readonly pack: PackCode; readonly item: CodedItem } => {
  const read = readPack(text, symbology)
  if (!read) throw refuseScan('E_SCAN_UNKNOWN')
  if (read.is === 'case') throw refuseScan('E_CODE_LEVEL')
  const found = catalogue.find(read.pack.key)
  if (!found) throw refuseScan('E_CODE_UNKNOWN')
  if (found.packs > 1) throw refuseScan('E_CODE_LEVEL')
  return { pack: read.pack, item: found.item }
}

/** A code that lost its separator is read again beside the lot that it should be of. */
const readWith = (
  pack: PackCode,
  { text, symbology, lot }: Pick<PackClaim, 'text' | 'symbology' | 'lot'>,
): PackCode => {
  if (!pack.doubtful || pack.lot === lot) return pack
  const again = readPack(withSeparator(text, pack, lot), symbology)
  return again?.is === 'pack' ? again.pack : pack
}

/** The trace code of a pack of this lot; null where the text has none. */
export const readTrace = (text: string, lot: string): string | null => {
  const read = readPack(text)
  return read?.is === 'pack' ? readWith(read.pack, { text, lot }).trace : null
}

/**
 * Is this pack what it should be: drug, lot and expiry (R12; at a withdrawal: not another lot than FEFO says)? What the code
 * does not say is named in `unread`. Errors: those of `identify`; E_WRONG_PACK with both names, E_WRONG_LOT with every
 * field that differs.
 */
export const createCheckPack =
  (catalogue: Catalogue) =>
  (claim: PackClaim): PackSeen => {
    const { pack: read, item } = identify(catalogue, claim)
    if (item.id !== claim.drug)
      throw tell('E_WRONG_PACK', [
        { field: 'drug', expected: titleOf(catalogue.item(claim.drug)), found: titleOf(item) },
      ])
    const pack = readWith(read, claim)
    const fields = ['lot', 'expiry'] as const
    const mismatches = fields.flatMap((field): Mismatch[] => {
      const found = pack[field]
      return found === null || found === claim[field] ? [] : [{ field, expected: claim[field], found }]
    })
    if (mismatches.length > 0) throw tell('E_WRONG_LOT', mismatches)
    return { trace: pack.trace, unread: fields.filter(field => pack[field] === null) }
  }

export type CheckPack = ReturnType<typeof createCheckPack>
