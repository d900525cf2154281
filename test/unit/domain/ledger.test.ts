import { describe, expect, it } from 'vitest'
import { compareLedgers, type LedgerEvent, ledgerOf } from '#domain/ledger.ts'

const WHERE = { drug: 'd', lot: 'L1', drawer: 'D01' }
const carried = (part: number, quantity: number, lot = 'L1'): LedgerEvent => ({
  kind: 'ledger.carried',
  data: { part, parts: 2, lines: [{ ...WHERE, lot, quantity }] },
})
const moved = (quantity: number): LedgerEvent =>
  ({ kind: 'operation.completed', data: { movements: [{ ...WHERE, quantity }] } }) as unknown as LedgerEvent
const taken = (units: number | null): LedgerEvent =>
  ({ kind: 'withdrawal.completed', data: { items: [{ ...WHERE, taken: units }] } }) as unknown as LedgerEvent
const quantities = (...events: readonly LedgerEvent[]) =>
  [...ledgerOf(events).values()].map(({ lot, quantity }) => [lot, quantity])

describe('the ledger of records', () => {
  it('adds what came in and takes off what went out; what nobody could count moves nothing', () => {
    expect(quantities(moved(10), taken(3), taken(null), moved(-2))).toEqual([['L1', 5]])
  })

  it('begins anew with a carried balance, all parts of it', () => {
    expect(quantities(moved(10), carried(1, 4), carried(2, 6, 'L2'), taken(1))).toEqual([
      ['L1', 3],
      ['L2', 6],
    ])
  })

  it('shows where a table differs, a lot that is missing on either side included', () => {
    const records = ledgerOf([moved(5)])
    const other = { ...WHERE, lot: 'L2', quantity: 2 }
    expect(compareLedgers([{ ...WHERE, quantity: 5 }], records)).toEqual([])
    expect(compareLedgers([other, { ...WHERE, lot: 'L3', quantity: 0 }], records)).toEqual([
      { ...WHERE, lot: 'L2', ledger: 2, journal: 0 },
      { ...WHERE, ledger: 0, journal: 5 },
    ])
  })
})
