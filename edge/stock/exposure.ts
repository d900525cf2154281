import type { ExcursionFigures } from '#domain/journal/events-operations.ts'
import type { EvidenceSource, ExcursionEvidence } from './evidence.ts'
import { excursionsOf } from './excursions.ts'
import type { Stock } from './stock.ts'

type Options = { readonly stock: Pick<Stock, 'lot'>; readonly evidence: EvidenceSource }
type Place = { readonly drug: string; readonly lot: string; readonly drawer: string }

/** What a record says of an excursion that goods went through. */
export const figuresOf = ({ minutes, min, max, mkt, side }: ExcursionEvidence): ExcursionFigures => ({
  ...{ minutes, min, max, mkt, side },
})

export type Exposure = (place: Place) => Promise<readonly ExcursionFigures[]>

/** What the excursions of a lot came to, as far as the journal still knows them (R20). */
export const exposureOf =
  ({ stock, evidence }: Options): Exposure =>
  async ({ drug, lot, drawer }) => {
    const excursions = excursionsOf(stock.lot(drug, lot, drawer)?.ref ?? null)
    const found = await Promise.all(excursions.map(evidence.of))
    return found.filter(each => each !== null).map(figuresOf)
  }
