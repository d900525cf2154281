import type { OperationRequest } from '#cloud-sync/contract/edge-operations.ts'
import type { Authority } from '#domain/authority.ts'
import type { UnitWeight } from '#domain/counting.ts'
import { YaoguiError } from '#domain/error.ts'
import type { NewEvent } from '#domain/journal/events.ts'
import { assertNotExposed } from '../returns/returns.ts'
import type { PackSeen } from '../scanning/check-pack.ts'
import { REFERENCE_PACKS } from '../stock/lots.ts'
import { type By, type Draft, lineWith, type PlanParts } from './plan-parts.ts'
import { refuseOperation, wrongPrinted } from './refusals.ts'

type Request = Extract<OperationRequest, { readonly kind: 'restock' }>

/** Packs to be put in, on whose word. */
type Incoming = {
  readonly authority: Authority
  readonly drug: string
  readonly lot: string
  readonly expiry: string
  readonly quantity: number
  readonly pack: UnitWeight | null
  readonly needsSecond: boolean
}

const DRAWER_LABEL = 'YGD:'
/** Stands in the record of a restock whose pack did not say it all by its code. */
const READ_BY_HAND = '批号或效期由人核对'

type Scanned = { readonly scanned: boolean; readonly read: boolean }

const fromShipment = (
  { shipments }: PlanParts,
  { shipment, line, quantity }: Extract<Request, { shipment: string }>,
): Incoming => {
  const found = shipments.admit(shipment, line, quantity)
  const { drug, lot, expiry, packGrams, packCv, needsSecond } = found
  const pack =
    packGrams === null ? null : { grams: packGrams, cv: packCv ?? 0.01, reference: REFERENCE_PACKS }
  return { authority: { kind: 'shipment', shipment, line }, drug, lot, expiry, quantity, pack, needsSecond }
}

/** R11: what a pharmacist checked and took out of the return place. */
const fromReturn = ({ returns, heed }: PlanParts, id: string): Incoming => {
  const found = returns.find(id)
  const { rx, drug, lot, expiry, quantity, status } = found
  if (status !== 'in-hand') throw refuseOperation('E_RETURN_STATUS')
  assertNotExposed(found)
  const blocked = heed.notes({ drug, lot, expiry }).find(({ blocks }) => blocks)
  if (blocked) throw new YaoguiError(blocked.code, blocked.text)
  const needsSecond = heed.needsSecond(drug)
  return {
    authority: { kind: 'return', return: id, rx },
    drug,
    lot,
    expiry,
    quantity,
    pack: null,
    needsSecond,
  }
}

/** R12: the drawer of this drug, or an empty one, as cold as the drug needs. */
const assertFits = ({ hardware, stock }: PlanParts, drug: string, drawer: string): void => {
  const found = hardware.drawers.get(drawer)
  if (found?.role !== 'stock') throw refuseOperation('E_WRONG_DRAWER')
  const other = stock.lots().some(one => one.drawer === drawer && one.quantity > 0 && one.drug !== drug)
  if (other) throw refuseOperation('E_DRAWER_OTHER_DRUG')
  const cold = stock.item(drug).storage === 'cold'
  if (cold !== (found.cold !== undefined)) throw refuseOperation('E_DRAWER_COLD')
}

/** A lot is printed with spaces and dashes, or without. */
const lettersOf = (text: string): string => text.toUpperCase().replaceAll(/[^\p{L}\p{N}]/gu, '')

/**
 * R12: what the code on the pack does not say (a trace code names no lot) a person reads off it, unless a second person
 * signs for it. True where somebody read it. Errors: E_PACK_READ, E_WRONG_LOT.
 */
const assertRead = (
  { pack, printed = {}, second }: Request,
  unread: PackSeen['unread'],
  of: Incoming,
): boolean => {
  if (pack === undefined || unread.length === 0) return false
  const silent = unread.filter(field => printed[field] === undefined)
  if (silent.length > 0 && second === undefined) throw refuseOperation('E_PACK_READ')
  const said = { lot: printed.lot ?? of.lot, expiry: printed.expiry ?? of.expiry }
  if (unread.some(field => lettersOf(said[field]) !== lettersOf(of[field]))) throw wrongPrinted(said, of)
  return true
}

/** R12: pack and drawer are scanned, and both match. R13: what cannot be read has a reason, counted by person. */
const assertScanned = (parts: PlanParts, request: Request, incoming: Incoming): Scanned => {
  const { pack, drawerScan, drawer, bypass } = request
  const { drug, lot, expiry } = incoming
  const { unread } = pack === undefined ? { unread: [] } : parts.checkPack({ text: pack, drug, lot, expiry })
  const read = assertRead(request, unread, incoming)
  if (drawerScan !== undefined && drawerScan !== `${DRAWER_LABEL}${drawer}`)
    throw refuseOperation('E_WRONG_DRAWER')
  const scanned = pack !== undefined && drawerScan !== undefined
  if (!scanned && !bypass?.trim()) throw refuseOperation('E_PACK_SCAN')
  return { scanned, read }
}

export const planRestock = (parts: PlanParts, request: Request, { session, actor }: By): Draft => {
  const { drawer, bypass, second: ticket } = request
  const incoming = 'return' in request ? fromReturn(parts, request.return) : fromShipment(parts, request)
  const { authority, drug, lot, expiry, quantity, pack, needsSecond } = incoming
  assertFits(parts, drug, drawer)
  const { scanned, read } = assertScanned(parts, request, incoming)
  const line = lineWith(parts, { drug, lot, expiry, drawer, promised: quantity, pack })
  const second = needsSecond || ticket !== undefined ? parts.redeem(ticket, { act: 'restock', actor }) : null
  const bypassed: NewEvent = {
    kind: 'scan.bypassed',
    data: { actor, session, reason: bypass ?? '', witness: second },
  }
  return {
    authority,
    drawer,
    lines: [line],
    witness: second,
    why: [scanned ? undefined : bypass, read ? READ_BY_HAND : undefined].filter(Boolean).join('；') || null,
    events: scanned ? [] : [bypassed],
  }
}
