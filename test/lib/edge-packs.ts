import { SAMPLE_FORMULARY } from '#central/formulary/sample.ts'
import type { RunningEdge } from '#edge/main.ts'
import type { Township } from './edge-township.ts'

export const GS = '\x1d'

/** The formulary's code of a drug: GTIN or 药品标识码, of its pack or of its case. */
export const keyOf = (drug: string, kind: 'gtin' | 'trace' = 'gtin', level: 'pack' | 'case' = 'pack') => {
  const codes = SAMPLE_FORMULARY.find(({ id }) => id === drug)?.codes ?? []
  const found = codes.find(
    ({ code, packs }) => (code.length === 14) === (kind === 'gtin') && packs > 1 === (level === 'case'),
  )
  if (!found) throw new Error(`the sample formulary has no such code of ${drug}`)
  return found.code
}

/** What a DataMatrix on a pack says: lot M1 that lasts to the end of 2027, unless told otherwise. */
export const packOf = (
  drug: string,
  serial: string,
  { lot = 'M1', expiry = '271231', level = 'pack' as 'pack' | 'case' } = {},
) => `01${keyOf(drug, 'gtin', level)}17${expiry}10${lot}${GS}21${serial}`

/** A trace code of 20 characters: drug and serial, no lot. */
export const traceOf = (drug: string, serial: number) =>
  keyOf(drug, 'trace') + String(serial).padStart(13, '0')

/** The sample formulary with its codes, as the centre orders it; some drugs must be scanned. */
export const orderFormulary = (
  town: Township,
  edge: RunningEdge,
  { scanned = [] }: { readonly scanned?: readonly string[] } = {},
) =>
  town.order(edge, 'formulary', {
    version: 'test',
    items: SAMPLE_FORMULARY.map(item => (scanned.includes(item.id) ? { ...item, scan: 'required' } : item)),
  })
