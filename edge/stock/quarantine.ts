import type { QuarantineView } from '#cloud-sync/contract/edge-stock.ts'
import type { EvidenceSource, ExcursionEvidence } from './evidence.ts'
import { excursionsOf } from './excursions.ts'
import { nameOf, type Stock } from './stock.ts'

type Options = {
  readonly stock: Stock
  readonly evidence: EvidenceSource
  readonly shown?: (drawer: string) => boolean
}

/** What is held back and why, by drawer. Many lots of one drawer share their excursion: it is looked up once. */
export const quarantined = async ({
  stock,
  evidence,
  shown = () => true,
}: Options): Promise<readonly QuarantineView[]> => {
  const seen = new Map<string, Promise<ExcursionEvidence | null>>()
  const of = (excursion: string): Promise<ExcursionEvidence | null> => {
    const known = seen.get(excursion) ?? evidence.of(excursion)
    seen.set(excursion, known)
    return known
  }
  const held = stock
    .lots()
    .flatMap(one =>
      one.quantity > 0 && shown(one.drawer) && (one.status === 'quarantined' || one.status === 'recalled')
        ? [{ ...one, status: one.status }]
        : [],
    )
  return Promise.all(
    held.map(async ({ drug, lot, drawer, expiry, quantity, status, cause, ref }) => ({
      ...nameOf(stock.item(drug)),
      lot,
      drawer,
      expiry,
      quantity,
      status,
      cause,
      ref,
      excursions: (await Promise.all(excursionsOf(ref).map(of))).filter(found => found !== null),
    })),
  )
}
