import type { CentralShipmentView, ReplenishmentView } from '#cloud-sync/contract/central-goods.ts'
import type { Db } from '../db/open.ts'
import { refusals, type Sent, sent } from './sent.ts'
import { type Told, told } from './told.ts'

const SHOWN = 300

type Received = Told<'shipment.received'>
type Closed = Told<'shipment.closed'>

const keyOf = (site: string, shipment: string): string => `${site}~${shipment}`
/** Lists come newest first; where a note was told of twice the first word stands. */
const byShipment = <T extends Received | Closed>(all: readonly T[]): ReadonlyMap<string, T> =>
  new Map(all.map(one => [keyOf(one.site, one.data.shipment), one]))

/** Packs put into drawers of these notes, by note and line. */
const putIn = async (
  db: Db,
  { notes, since }: { readonly notes: readonly Note[]; readonly since: string | undefined },
): Promise<(key: string, line: number) => number> => {
  const sums = new Map<string, number>()
  const shipments = [...new Set(notes.map(({ shipment }) => shipment))]
  if (since !== undefined)
    for (const kind of ['operation.completed', 'operation.reviewed'] as const)
      for (const { site, data } of await told(db, kind, { since, shipments })) {
        const { shipment, line } = data.authority
        const key = `${keyOf(site, shipment)}/${line}`
        const moved = data.movements.reduce((sum, { quantity }) => sum + quantity, 0)
        sums.set(key, (sums.get(key) ?? 0) + moved)
      }
  return (key, line) => sums.get(`${key}/${line}`) ?? 0
}

type Note = Pick<CentralShipmentView, 'site' | 'shipment' | 'note' | 'source' | 'sentAt' | 'sentBy'> & {
  readonly lines: readonly Omit<CentralShipmentView['lines'][number], 'received'>[]
  readonly order: Sent<'shipment'> | null
}

const ofOrder = (order: Sent<'shipment'>): Note => {
  const { site, at, by, body } = order
  const { shipment, note, lines } = body
  return { site, shipment, note, source: 'centre', sentAt: at, sentBy: by, lines, order }
}
const ofPaper = ({ site, data: { shipment, note, lines } }: Received): Note => ({
  ...{ site, shipment, note, source: 'paper', sentAt: null, sentBy: null, lines, order: null },
})

const statusOf = (
  { order }: Note,
  { received, closed, refused }: { received: unknown; closed: unknown; refused: string | null },
): CentralShipmentView['status'] => {
  if (closed) return 'closed'
  if (received) return 'stored'
  if (refused !== null) return 'refused'
  return order?.stored ? 'stored' : 'sent'
}

/** Every note, with what its site says of it: the centre's own and those entered from paper. */
export const listShipments = async (db: Db): Promise<readonly CentralShipmentView[]> => {
  const orders = await sent(db, 'shipment', { limit: SHOWN })
  // What a site says of an order comes after it.
  const since = orders.length < SHOWN ? undefined : orders.at(-1)?.at
  const allReceived = await told(db, 'shipment.received', { since })
  const received = byShipment(allReceived)
  const closed = byShipment(await told(db, 'shipment.closed', { since }))
  const refusedOf = await refusals(db, 'shipment')
  const notes = [
    // The site takes the first of one id.
    ...[...new Map(orders.map(one => [keyOf(one.site, one.body.shipment), one])).values()].map(ofOrder),
    ...allReceived.filter(({ data }) => data.source === 'paper').map(ofPaper),
  ]
  const timeOf = (note: Note): string =>
    note.sentAt ?? received.get(keyOf(note.site, note.shipment))?.storedAt ?? ''
  notes.sort((a, b) => timeOf(b).localeCompare(timeOf(a)))
  const shown = notes.slice(0, SHOWN)
  const open = shown.filter(note => !closed.has(keyOf(note.site, note.shipment)))
  const inOf = await putIn(db, { notes: open, since: open.map(timeOf).sort()[0] })
  return shown.map(({ order, lines, ...note }) => {
    const id = keyOf(note.site, note.shipment)
    const [taken, end] = [received.get(id), closed.get(id)]
    const missing = new Map(end?.data.missing.map(one => [one.line, one.quantity]))
    const refused = order && refusedOf(order)
    const status = statusOf({ ...note, lines, order }, { received: taken, closed: end, refused })
    return {
      ...{ id, ...note, status, refused: status === 'refused' ? refused : null },
      ...{ storedAt: taken?.at ?? null, enteredBy: taken?.data.actor ?? null },
      ...{ closedAt: end?.at ?? null, closedBy: end?.data.actor ?? null, reason: end?.data.reason ?? null },
      lines: lines.map(({ line, drug, lot, expiry, quantity }) => ({
        ...{ line, drug, lot, expiry, quantity },
        received: end ? quantity - (missing.get(line) ?? 0) : inOf(id, line),
      })),
    }
  })
}

const stockOf = async (db: Db): Promise<ReadonlyMap<string, number>> => {
  const rows = await db
    .selectFrom('stock')
    .select(({ fn }) => ['site', 'drug', fn.sum<number>('quantity').as('packs')])
    .groupBy(['site', 'drug'])
    .execute()
  return new Map(rows.map(({ site, drug, packs }) => [keyOf(site, drug), packs]))
}

/** R15: the newest proposal of each site and drug, unless a note names the drug since, or the stock is at par again. */
export const listReplenishments = async (db: Db): Promise<readonly ReplenishmentView[]> => {
  const orders = await sent(db, 'shipment', { limit: SHOWN })
  const stock = await stockOf(db)
  const seen = new Set<string>()
  return (await told(db, 'replenishment.proposed')).flatMap(({ site, at, storedAt, data }) => {
    const { drug, quantity, inStock, par } = data
    const key = keyOf(site, drug)
    if (seen.has(key)) return []
    seen.add(key)
    const answered = orders.some(
      order =>
        order.site === site && order.at > storedAt && order.body.lines.some(line => line.drug === drug),
    )
    return answered || (stock.get(key) ?? 0) >= par ? [] : [{ site, drug, quantity, inStock, par, at }]
  })
}
