import type { OperationRequest } from '#cloud-sync/contract/edge-operations.ts'
import type { OperationKind } from '#domain/journal/events-operations.ts'
import { parseShanghai, shanghaiDay } from '#domain/time.ts'
import { demandReason } from '../authority/reasons.ts'
import { refuse } from '../dispensing/refusals.ts'
import { assertNotExposed } from '../returns/returns.ts'
import { type By, type Draft, lineWith, type PlanParts } from './plan-parts.ts'
import { planRestock } from './plan-restock.ts'
import { notInService, refuseOperation } from './refusals.ts'
import type { Line } from './state.ts'

type Asking<K extends OperationKind> = Extract<OperationRequest, { readonly kind: K }>

/** Which drawers a kind may open although they are not in service. */
const MAY_OPEN: Readonly<Partial<Record<OperationKind, readonly string[]>>> = {
  count: ['needs-count'],
  test: ['needs-count', 'out-of-service'],
  'break-glass': ['needs-count', 'out-of-service'],
}

/** Errors: E_DRAWER_ABSENT, E_DRAWER_SERVICE. */
export const assertOpenable = (
  { hardware, service }: PlanParts,
  kind: OperationKind,
  drawer: string,
): void => {
  if (!hardware.drawers.has(drawer)) throw refuseOperation('E_DRAWER_ABSENT')
  const { service: now } = service.of(drawer)
  if (now !== 'in-service' && !MAY_OPEN[kind]?.includes(now)) throw notInService(drawer, now)
}

/** All that may lie in a drawer: an expired lot of which nothing is left is no longer asked for. */
const lotsIn = (parts: PlanParts, drawer: string): readonly Line[] => {
  const today = shanghaiDay(parts.clock.now())
  return parts.stock
    .lots()
    .filter(one => one.drawer === drawer && (one.quantity !== 0 || one.expiry >= today))
    .map(({ drug, lot, expiry }) => lineWith(parts, { drug, lot, expiry, drawer, promised: 0 }))
}

const returnPlace = ({ hardware }: PlanParts): string => {
  const found = [...hardware.drawers].find(([, { role }]) => role === 'return')
  if (!found) throw refuseOperation('E_RETURN_PLACE')
  return found[0]
}

const demand = (reason: string): string => {
  if (!reason.trim()) throw refuse('E_REASON')
  return reason
}

/** What is counted over the years comes from a list. Errors: E_REASON. */
const chosen = (of: 'return' | 'waste', reason: string): string => {
  demandReason(of, reason)
  return reason
}

const count = (parts: PlanParts, { drawer, cause = 'planned' }: Asking<'count'>): Draft => ({
  authority: { kind: 'count', cause },
  drawer,
  lines: lotsIn(parts, drawer),
})

const bringBack = (parts: PlanParts, request: Asking<'return'>, { session }: By): Draft => {
  const { drug, lot, expiry, quantity, rx = null, pack, reason } = request
  const drawer = returnPlace(parts)
  const known = parts.stock.lots(drug).find(one => one.lot === lot && one.drawer !== drawer)
  // A lot has one expiry: a later one would make it stock again after its own.
  const sameExpiry = known === undefined || known.expiry === expiry
  if (!sameExpiry || !parseShanghai(`${expiry} 00:00:00`)) throw refuseOperation('E_EXPIRY')
  if (pack !== undefined) parts.checkPack({ text: pack, drug, lot, expiry })
  return {
    authority: { kind: 'return', return: session, rx },
    drawer,
    lines: [lineWith(parts, { drug, lot, expiry, drawer, promised: quantity })],
    why: chosen('return', reason),
  }
}

const takeBack = (parts: PlanParts, request: Asking<'return-check'>): Draft => {
  const found = parts.returns.find(request.return)
  const { id, rx, drug, lot, expiry, quantity, status } = found
  if (status !== 'decided-restock' && status !== 'decided-waste') throw refuseOperation('E_RETURN_STATUS')
  if (status === 'decided-restock') assertNotExposed(found)
  const drawer = returnPlace(parts)
  return {
    authority: { kind: 'return', return: id, rx },
    drawer,
    lines: [lineWith(parts, { drug, lot, expiry, drawer, promised: -quantity })],
    witnessed: status === 'decided-waste',
  }
}

const waste = (parts: PlanParts, request: Asking<'waste'>, { session }: By): Draft => {
  const { drug, lot, drawer, quantity, reason } = request
  // What lies there leaves by its own check, which knows whose it is.
  if (parts.hardware.drawers.get(drawer)?.role === 'return') throw refuseOperation('E_WRONG_DRAWER')
  const held = parts.stock.lot(drug, lot, drawer)
  if (!held || held.quantity < quantity) throw refuseOperation('E_QUANTITY')
  const { expiry } = held
  return {
    authority: { kind: 'waste', waste: session },
    drawer,
    lines: [lineWith(parts, { drug, lot, expiry, drawer, promised: -quantity })],
    witnessed: true,
    why: chosen('waste', reason),
  }
}

const breakGlass = (parts: PlanParts, request: Asking<'break-glass'>, { session, actor }: By): Draft => {
  const { drawer } = request
  const reason = demand(request.reason)
  const lines = lotsIn(parts, drawer)
  const second = parts.redeem(request.second, { act: 'break-glass', actor })
  const data = { glass: session, session, drawer, actor, second, reason }
  return {
    authority: { kind: 'break-glass', glass: session, second },
    drawer,
    lines,
    witness: second,
    why: reason,
    events: [{ kind: 'break-glass.started', data }],
  }
}

const draft = (parts: PlanParts, request: OperationRequest, by: By): Draft => {
  switch (request.kind) {
    case 'restock':
      return planRestock(parts, request, by)
    case 'count':
      return count(parts, request)
    case 'return':
      return bringBack(parts, request, by)
    case 'return-check':
      return takeBack(parts, request)
    case 'waste':
      return waste(parts, request, by)
    case 'test':
      return { authority: { kind: 'recovery' }, drawer: request.drawer, lines: [] }
    case 'break-glass':
      return breakGlass(parts, request, by)
  }
}

/** The drawer that a request is about, where it says so: for the record of a refusal. */
export const drawerIn = (request: OperationRequest): string | undefined =>
  'drawer' in request ? request.drawer : undefined

/**
 * Judges a request. A second person's ticket is used up last. Errors: E_DRAWER_ABSENT, E_DRAWER_SERVICE, E_RETURN_PLACE,
 * E_WRONG_DRAWER, E_DRAWER_OTHER_DRUG, E_DRAWER_COLD, E_PACK_SCAN, E_WRONG_PACK, E_WRONG_LOT, E_LOT_EXPIRED, E_QUANTITY,
 * E_RETURN_STATUS, E_EXPIRY, E_REASON, E_SECOND, and those of shipments, returns and scanning.
 */
export const planOperation = (parts: PlanParts, request: OperationRequest, by: By): Draft => {
  const drawer = drawerIn(request) ?? returnPlace(parts)
  assertOpenable(parts, request.kind, drawer)
  return draft(parts, request, by)
}
