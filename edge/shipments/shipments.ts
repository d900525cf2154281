import { randomUUID } from 'node:crypto'
import type { ShipmentView } from '#cloud-sync/contract/edge-goods.ts'
import { YaoguiError } from '#domain/error.ts'
import type { ShipmentLine } from '#domain/journal/events-operations.ts'
import { parseShanghai } from '#domain/time.ts'
import type { OrderEffect } from '../authorisation/orders.ts'
import type { EdgeClock } from '../clock.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'
import { nameOf, type Stock } from '../stock/stock.ts'
import { assertNotUnderWork } from '../stock/under-work.ts'
import type { Heed } from './heed.ts'

type Shipment = {
  readonly id: string
  readonly note: string
  readonly source: 'centre' | 'paper'
  readonly received_at: string
  readonly closed_at: string | null
}
type LineRow = {
  line: number
  drug: string
  lot: string
  expiry: string
  quantity: number
  received: number
  pack_grams: number | null
  pack_cv: number | null
}
/** A line with what has been put in of it so far. */
export type OpenLine = ShipmentLine & { readonly received: number }

const lineOf = ({ pack_grams, pack_cv, ...row }: LineRow): OpenLine => ({
  ...row,
  packGrams: pack_grams,
  packCv: pack_cv,
})

type Options = {
  readonly db: Database
  readonly journal: Journal
  readonly clock: EdgeClock
  readonly stock: Stock
  readonly heed: Heed
  readonly onChange: () => void
}

type OrderBody = {
  readonly shipment: string
  readonly note: string
  readonly lines: readonly (Omit<ShipmentLine, 'packGrams' | 'packCv'> & {
    readonly packGrams?: number
    readonly packCv?: number
  })[]
}
export type PaperLine = Pick<ShipmentLine, 'drug' | 'lot' | 'expiry' | 'quantity'>

const refuse = (code: string, zh: string, en: string): YaoguiError => new YaoguiError(code, { zh, en })

/** Closed ones stay to be looked up; the page shows so many of the newest. */
const SHOWN = 100

/** Shipment notes (送货单), ordered by the centre or entered from paper, and what of each line has been put in. */
export const createShipments = ({ db, journal, clock, stock, heed, onChange }: Options) => {
  const find = (id: string): Shipment => {
    const row = db.get<Shipment>(
      'SELECT id, note, source, received_at, closed_at FROM shipments WHERE id = ?',
      id,
    )
    if (!row) throw refuse('E_SHIPMENT_UNKNOWN', '没有这张送货单', 'no such shipment note')
    return row
  }
  const findOpen = (id: string): Shipment => {
    const row = find(id)
    if (row.closed_at !== null)
      throw refuse('E_SHIPMENT_CLOSED', '这张送货单已结单', 'this shipment note is closed')
    return row
  }
  const lines = (id: string): readonly OpenLine[] =>
    db
      .all<LineRow>(
        `SELECT line, drug, lot, expiry, quantity, received, pack_grams, pack_cv FROM shipment_lines
         WHERE shipment = ? ORDER BY line`,
        id,
      )
      .map(lineOf)

  const assertLines = (of: readonly ShipmentLine[]): void => {
    if (new Set(of.map(({ line }) => line)).size < of.length)
      throw refuse('E_SHIPMENT_LINES', '送货单行号重复', 'two lines of the note have one number')
    for (const { drug, expiry } of of) {
      if (!stock.knows(drug))
        throw refuse('E_DRUG_UNKNOWN', `用药目录中没有 ${drug}`, `the formulary has no ${drug}`)
      if (!parseShanghai(`${expiry} 00:00:00`))
        throw refuse('E_EXPIRY', `有效期不是日期：${expiry}`, `the expiry is no date: ${expiry}`)
    }
  }

  const store = (
    {
      id,
      note,
      source,
      actor,
    }: { id: string; note: string; source: 'centre' | 'paper'; actor: string | null },
    of: readonly ShipmentLine[],
  ): void => {
    db.run(
      'INSERT INTO shipments (id, note, source, received_at, received_by) VALUES (?,?,?,?,?)',
      id,
      note,
      source,
      clock.now().toISOString(),
      actor,
    )
    for (const { line, drug, lot, expiry, quantity, packGrams, packCv } of of)
      db.run(
        `INSERT INTO shipment_lines (shipment, line, drug, lot, expiry, quantity, pack_grams, pack_cv)
         VALUES (?,?,?,?,?,?,?,?)`,
        id,
        line,
        drug,
        lot,
        expiry,
        quantity,
        packGrams,
        packCv,
      )
  }

  const view = (shipment: Shipment): ShipmentView => ({
    id: shipment.id,
    note: shipment.note,
    source: shipment.source,
    receivedAt: shipment.received_at,
    closedAt: shipment.closed_at,
    lines: lines(shipment.id).map(({ line, drug, lot, expiry, quantity, received }) => ({
      ...nameOf(stock.item(drug)),
      line,
      lot,
      expiry,
      quantity,
      received,
      drawer: heed.drawerFor(drug, lot),
      notes: heed.notes({ drug, lot, expiry }),
    })),
  })

  return {
    /** The centre's order. Errors: E_SHIPMENT_KNOWN, E_SHIPMENT_LINES, E_DRUG_UNKNOWN, E_EXPIRY. */
    order: ({ shipment, note, lines: ordered }: OrderBody): OrderEffect => {
      const of = ordered.map(({ packGrams = null, packCv = null, line, drug, lot, expiry, quantity }) => ({
        line,
        drug,
        lot,
        expiry,
        quantity,
        packGrams,
        packCv,
      }))
      if (db.get('SELECT 1 FROM shipments WHERE id = ?', shipment))
        throw refuse('E_SHIPMENT_KNOWN', '这张送货单已经收到过', 'this shipment note came before')
      assertLines(of)
      const head = { note, source: 'centre', actor: null } as const
      return {
        ref: shipment,
        events: [{ kind: 'shipment.received', data: { shipment, ...head, lines: of } }],
        apply: () => {
          store({ id: shipment, ...head }, of)
          onChange()
        },
      }
    },
    /** From paper, where the centre sent none. Errors: E_DRUG_UNKNOWN, E_EXPIRY. */
    enter: (actor: string, note: string, entered: readonly PaperLine[]): ShipmentView => {
      const id = `paper-${randomUUID()}`
      const of = entered.map((one, index) => ({ ...one, line: index + 1, packGrams: null, packCv: null }))
      assertLines(of)
      const head = { note, source: 'paper', actor } as const
      journal.append([{ kind: 'shipment.received', data: { shipment: id, ...head, lines: of } }], () =>
        store({ id, ...head }, of),
      )
      onChange()
      return view(find(id))
    },
    /**
     * May so many packs of this line be put in now, and does it need a second person (R12, R14)? Errors:
     * E_SHIPMENT_UNKNOWN, E_SHIPMENT_CLOSED, E_SHIPMENT_LINE, E_SHIPMENT_QUANTITY, E_LOT_EXPIRED, E_LOT_EXPIRY, E_LOT_RECALLED.
     */
    admit: (id: string, line: number, quantity: number): OpenLine & { readonly needsSecond: boolean } => {
      findOpen(id)
      const found = lines(id).find(one => one.line === line)
      if (!found) throw refuse('E_SHIPMENT_LINE', '送货单上没有这一行', 'the note has no such line')
      const left = found.quantity - found.received
      if (quantity > left)
        throw refuse(
          'E_SHIPMENT_QUANTITY',
          `这一行只剩 ${left} 未入柜，多出的请另开纸质送货单`,
          `only ${left} of this line are left: enter a surplus from paper`,
        )
      const blocked = heed.notes(found).find(({ blocks }) => blocks)
      if (blocked) throw refuse(blocked.code, blocked.text.zh, blocked.text.en)
      return { ...found, needsSecond: heed.needsSecond(found.drug) }
    },
    /** Inside the transaction of the operation that put so many packs in. */
    received: (id: string, line: number, quantity: number): void =>
      db.run(
        'UPDATE shipment_lines SET received = received + ? WHERE shipment = ? AND line = ?',
        quantity,
        id,
        line,
      ),
    /** Ends it. What is missing is reported with a reason. Errors: E_SHIPMENT_UNKNOWN, E_SHIPMENT_CLOSED, E_WITHDRAWAL_OPEN, E_REASON. */
    close: (actor: string, id: string, reason: string | null): ShipmentView => {
      findOpen(id)
      assertNotUnderWork(db, 'shipment', id)
      const missing = lines(id).flatMap(({ line, quantity, received }) =>
        received === quantity ? [] : [{ line, quantity: quantity - received }],
      )
      const said = reason?.trim() || null
      if (missing.length > 0 && said === null)
        throw refuse('E_REASON', '有未入柜的药品，请说明原因', 'something is missing: say why')
      journal.append(
        [{ kind: 'shipment.closed', data: { shipment: id, actor, reason: said, missing } }],
        () =>
          db.run(
            'UPDATE shipments SET closed_at = ?, closed_by = ?, reason = ? WHERE id = ?',
            clock.now().toISOString(),
            actor,
            said,
            id,
          ),
      )
      onChange()
      return view(find(id))
    },
    list: (): readonly ShipmentView[] =>
      db
        .all<Shipment>(
          `SELECT id, note, source, received_at, closed_at FROM shipments
           ORDER BY closed_at IS NOT NULL, received_at DESC LIMIT ${SHOWN}`,
        )
        .map(view),
  }
}

export type Shipments = ReturnType<typeof createShipments>
