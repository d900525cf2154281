import type { JournalEvents } from './journal/events.ts'
import type { Movement } from './journal/events-operations.ts'

/** The kinds of record that change what a drawer holds. Nothing else does. */
export const LEDGER_KINDS = [
  'ledger.carried',
  'stock.counted',
  'withdrawal.completed',
  'withdrawal.reviewed',
  'operation.completed',
  'operation.reviewed',
  'downtime.entry',
] as const
export type LedgerKind = (typeof LEDGER_KINDS)[number]

/** One record of the journal that moves stock. */
export type LedgerEvent = {
  readonly [K in LedgerKind]: { readonly kind: K; readonly data: JournalEvents[K] }
}[LedgerKind]

/** Packs by lot and drawer, by `ledgerKey`. */
export type Ledger = Map<string, Movement>

const ledgerKey = ({ drug, lot, drawer }: Omit<Movement, 'quantity'>): string =>
  JSON.stringify([drug, lot, drawer])

const move = (ledger: Ledger, { drug, lot, drawer, quantity }: Movement): void => {
  const key = ledgerKey({ drug, lot, drawer })
  const before = ledger.get(key)?.quantity ?? 0
  ledger.set(key, { drug, lot, drawer, quantity: before + quantity })
}

/** What withdrawals took leaves; a first count says what is there; all else is movements. */
export const applyToLedger = (ledger: Ledger, event: LedgerEvent): void => {
  switch (event.kind) {
    case 'ledger.carried':
      if (event.data.part === 1) ledger.clear()
      for (const line of event.data.lines) move(ledger, line)
      return
    case 'stock.counted': {
      const { drug, lot, drawer, quantity } = event.data
      ledger.set(ledgerKey({ drug, lot, drawer }), { drug, lot, drawer, quantity })
      return
    }
    case 'withdrawal.completed':
    case 'withdrawal.reviewed':
      for (const { drug, lot, drawer, taken } of event.data.items)
        if (taken !== null) move(ledger, { drug, lot, drawer, quantity: -taken })
      return
    case 'operation.completed':
    case 'operation.reviewed':
      for (const movement of event.data.movements) move(ledger, movement)
      return
    case 'downtime.entry':
      for (const movement of event.data.items) move(ledger, movement)
  }
}

/** The ledger that these records, in their order, add up to, from nothing. */
export const ledgerOf = (events: Iterable<LedgerEvent>): Ledger => {
  const ledger: Ledger = new Map()
  for (const event of events) applyToLedger(ledger, event)
  return ledger
}

export type LedgerDifference = {
  readonly drug: string
  readonly lot: string
  readonly drawer: string
  /** What the table of lots says. */
  readonly ledger: number
  /** What the records add up to. */
  readonly journal: number
}

/** Where a table of lots and the records part; a lot that is not there is one of no packs. */
export const compareLedgers = (table: Iterable<Movement>, records: Ledger): readonly LedgerDifference[] => {
  const rows = new Map([...table].map(row => [ledgerKey(row), row]))
  return [...new Set([...rows.keys(), ...records.keys()])].flatMap(key => {
    const row = rows.get(key)
    const record = records.get(key)
    const one = row ?? record
    const ledger = row?.quantity ?? 0
    const journal = record?.quantity ?? 0
    if (!one || ledger === journal) return []
    return [{ drug: one.drug, lot: one.lot, drawer: one.drawer, ledger, journal }]
  })
}
