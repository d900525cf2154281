import type { ScanView } from '#cloud-sync/contract/edge-scanning.ts'
import type { Option, Values } from './fields.ts'

type Pack = Extract<ScanView, { kind: 'pack' }>

/** What a scanned pack fills in; what its code does not say is left to the hand. */
export const valuesOfPack = ({ drug, lot, expiry }: Pack): Values => ({
  ...(drug === null ? {} : { drug }),
  ...(lot === null ? {} : { lot }),
  ...(expiry === null ? {} : { expiry: expiry.replaceAll('-', '') }),
})

/** Places of goods as choices: a lot in a drawer is one. */
type Place = { readonly drug: string; readonly lot: string; readonly drawer: string; readonly expiry: string }
export const placeKey = ({ lot, drawer }: Pick<Place, 'lot' | 'drawer'>): string => `${drawer}\n${lot}`
export const placesOf = (
  stock: readonly (Place & { readonly quantity: number; readonly unit: string })[],
  drug: string,
): readonly Option[] =>
  stock
    .filter(one => one.drug === drug)
    .map(one => ({
      value: placeKey(one),
      text: `${one.drawer} · ${one.lot}`,
      detail: `${one.expiry} · ${one.quantity} ${one.unit}`,
    }))
