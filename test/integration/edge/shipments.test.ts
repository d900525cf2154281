import { beforeEach, describe, expect, it } from 'vitest'
import { counted, openHoldings, type TestHoldings } from '#test/lib/edge-holdings.ts'

let house: TestHoldings
const item = (id: string, storage: 'room' | 'cold') =>
  JSON.stringify({ id, name: id, spec: '', packUnit: '盒', storage })
beforeEach(async () => {
  house = await openHoldings()
  house.stock.count('wang', [counted()])
  for (const id of ['metformin-500', 'amlodipine-10', 'insulin-glargine'])
    house.db.run('INSERT INTO items VALUES (?, ?)', id, item(id, id === 'insulin-glargine' ? 'cold' : 'room'))
})

const code = (expected: string) => expect.objectContaining({ code: expected })
const line = (changes: object = {}) => ({
  line: 1,
  drug: 'amlodipine-5',
  lot: 'L7',
  expiry: '2028-03-31',
  quantity: 12,
  ...changes,
})
const note = (lines: readonly ReturnType<typeof line>[], shipment = 'SH1') =>
  house.order('shipment', house.shipments.order({ shipment, note: '送货单-0001', lines }))
/** Puts packs in as the executor of a restock does. */
const putIn = (of: number, quantity: number, shipment = 'SH1'): void =>
  void house.journal.append([], () => house.shipments.received(shipment, of, quantity))
const notes = (at = 0) => house.shipments.list()[0]?.lines[at]?.notes.map(one => [one.code, one.blocks])

describe('a shipment note', () => {
  it('comes as an order, is journaled with its lines, and names the drawer where each belongs', () => {
    note([line(), line({ line: 2, drug: 'metformin-500', lot: 'M1' })])
    expect(house.journaled('shipment.received')).toMatchObject([
      { shipment: 'SH1', source: 'centre', actor: null, lines: [{ line: 1, packGrams: null }, { line: 2 }] },
    ])
    expect(house.shipments.list()).toMatchObject([
      {
        id: 'SH1',
        note: '送货单-0001',
        source: 'centre',
        closedAt: null,
        lines: [
          { line: 1, quantity: 12, received: 0, drawer: 'D01', notes: [] },
          { line: 2, drug: 'metformin-500', drawer: 'D02' },
        ],
      },
    ])
  })

  it('sends what must be cold to an empty drawer in the refrigerator, and nothing else there', () => {
    house.stock.count('wang', [counted({ drawer: 'D02', lot: 'L2' })])
    note([line({ drug: 'insulin-glargine' }), line({ line: 2, drug: 'metformin-500' })])
    expect(house.shipments.list()[0]?.lines.map(({ drawer }) => drawer)).toEqual(['D03', null])
  })

  it('that came before is refused, and so is one with two lines of one number', () => {
    note([line()])
    expect(() => note([line()])).toThrow(code('E_SHIPMENT_KNOWN'))
    expect(() => note([line(), line()], 'SH2')).toThrow(code('E_SHIPMENT_LINES'))
  })

  it.each([
    ['a drug that nobody knows', { drug: 'nothing' }, 'E_DRUG_UNKNOWN'],
    ['the 30th of February', { expiry: '2028-02-30' }, 'E_EXPIRY'],
  ])('with %s is refused, from paper too, and leaves nothing behind', (_what, changes, expected) => {
    const { line: _line, ...paper } = line(changes)
    expect(() => note([line(changes)])).toThrow(code(expected))
    expect(() => house.shipments.enter('wang', 'N', [paper])).toThrow(code(expected))
    expect(house.shipments.list()).toEqual([])
  })

  it('is entered from paper where the centre sent none', () => {
    const view = house.shipments.enter('wang', '纸质-7', [
      { drug: 'amlodipine-5', lot: 'L8', expiry: '2028-01-31', quantity: 3 },
    ])
    expect(view).toMatchObject({ source: 'paper', note: '纸质-7', lines: [{ line: 1, quantity: 3 }] })
    expect(house.journaled('shipment.received')).toMatchObject([{ source: 'paper', actor: 'wang' }])
  })
})

describe('R12: what is put in', () => {
  it('R12: is at most what the note still promises', () => {
    note([line()])
    expect(house.shipments.admit('SH1', 1, 12)).toMatchObject({
      drug: 'amlodipine-5',
      lot: 'L7',
      needsSecond: false,
    })
    putIn(1, 5)
    expect(() => house.shipments.admit('SH1', 1, 8)).toThrow(code('E_SHIPMENT_QUANTITY'))
    expect(house.shipments.admit('SH1', 1, 7).received).toBe(5)
    expect(() => house.shipments.admit('SH1', 2, 1)).toThrow(code('E_SHIPMENT_LINE'))
    expect(() => house.shipments.admit('SH9', 1, 1)).toThrow(code('E_SHIPMENT_UNKNOWN'))
  })

  it.each([
    ['on its last day', { expiry: '2026-11-22' }, [['SHORT_DATED', false]]],
    ['with 89 days left', { expiry: '2027-02-19' }, [['SHORT_DATED', false]]],
    ['with 90 days left', { expiry: '2027-02-20' }, []],
  ] as const)('R14: goes in %s, with a word where its days are few', (_when, changes, expected) => {
    note([line(changes)])
    expect(notes()).toEqual(expected)
    expect(house.shipments.admit('SH1', 1, 1).lot).toBe('L7')
  })

  it('R14: is neither expired nor recalled', () => {
    note([line({ expiry: '2026-11-21' }), line({ line: 2, lot: 'L9' })])
    house.order('recall', house.recall({ recall: 'RC', drug: 'amlodipine-5', lot: 'L9', reason: '召回' }))
    expect([notes(0), notes(1)]).toEqual([[['E_LOT_EXPIRED', true]], [['E_LOT_RECALLED', true]]])
    expect(() => house.shipments.admit('SH1', 1, 1)).toThrow(code('E_LOT_EXPIRED'))
    expect(() => house.shipments.admit('SH1', 2, 1)).toThrow(code('E_LOT_RECALLED'))
  })

  it('R12: needs a second person where a drug that looks alike lies in this cabinet', () => {
    const groups = [['amlodipine-5', 'amlodipine-10']]
    house.list({ name: 'look-alike', version: '1', groups })
    note([line(), line({ line: 2, drug: 'amlodipine-10' })])
    // The other one of the pair is not here.
    expect(house.shipments.admit('SH1', 1, 1).needsSecond).toBe(false)
    expect(house.shipments.admit('SH1', 2, 1).needsSecond).toBe(true)
    expect(notes(1)).toEqual([['LOOK_ALIKE', false]])
  })
})

describe('the end of a shipment', () => {
  it('reports what is missing with a reason, and nothing can be put in afterwards', () => {
    note([line(), line({ line: 2, lot: 'L8' })])
    putIn(1, 12)
    putIn(2, 4)
    expect(() => house.shipments.close('wang', 'SH1', ' ')).toThrow(code('E_REASON'))
    house.shipments.close('wang', 'SH1', '少 8 盒，已通知配送')
    expect(house.journaled('shipment.closed')).toEqual([
      { shipment: 'SH1', actor: 'wang', reason: '少 8 盒，已通知配送', missing: [{ line: 2, quantity: 8 }] },
    ])
    expect(() => house.shipments.admit('SH1', 2, 1)).toThrow(code('E_SHIPMENT_CLOSED'))
    expect(() => house.shipments.close('wang', 'SH1', 'x')).toThrow(code('E_SHIPMENT_CLOSED'))
  })

  it('needs no reason when everything came, and open notes stay on top', () => {
    note([line()])
    putIn(1, 12)
    note([line()], 'SH2')
    expect(house.shipments.close('wang', 'SH1', null).closedAt).not.toBeNull()
    expect(house.shipments.list().map(({ id }) => id)).toEqual(['SH2', 'SH1'])
  })
})

describe('R14: the expiry of a lot', () => {
  it('R14: is one: a note that says another is refused with both dates, until nothing of the lot is left', () => {
    note([line({ lot: 'L1', expiry: '2029-06-30' })])
    expect(notes()).toEqual([['E_LOT_EXPIRY', true]])
    expect(() => house.shipments.admit('SH1', 1, 1)).toThrow(code('E_LOT_EXPIRY'))
    const taken = { drug: 'amlodipine-5', lot: 'L1', drawer: 'D01', quantity: -10 }
    house.moved([taken])
    expect(house.shipments.admit('SH1', 1, 5)).toMatchObject({ expiry: '2029-06-30' })
    house.moved([{ ...taken, quantity: 5 }], [counted({ expiry: '2029-06-30' })])
    expect(house.stock.lot('amlodipine-5', 'L1', 'D01')).toMatchObject({ quantity: 5, expiry: '2029-06-30' })
  })
})

describe('R11: what a patient brought back', () => {
  const BACK = {
    id: 'R1',
    rx: 'RX-1',
    drug: 'amlodipine-5',
    lot: 'L1',
    expiry: '2027-06-30',
    quantity: 1,
    reason: '换药',
    actor: 'wang',
  }
  it('R11: is decided once, with a reason, and stands in the list until it is stock again or destroyed', () => {
    house.journal.append([], () => house.returns.brought(BACK))
    expect(house.returns.list()).toMatchObject([{ id: 'R1', status: 'in-place', broughtBy: 'wang' }])
    expect(() => house.returns.decide('li', 'R1', 'restock', ' ')).toThrow(code('E_REASON'))
    expect(house.returns.decide('li', 'R1', 'waste', '包装已开').status).toBe('decided-waste')
    expect(() => house.returns.decide('li', 'R1', 'restock', 'x')).toThrow(code('E_RETURN_DECIDED'))
    expect(() => house.returns.decide('li', 'R9', 'restock', 'x')).toThrow(code('E_RETURN_UNKNOWN'))
    expect(house.journaled('return.decided')).toEqual([
      { return: 'R1', actor: 'li', decision: 'waste', reason: '包装已开' },
    ])
    house.journal.append([], () => house.returns.moved('R1', 'wasted'))
    expect(house.returns.list()).toMatchObject([{ id: 'R1', status: 'wasted' }])
  })

  it('R11: that was found fit and no longer is may be destroyed, out of the hand only before a witness', () => {
    house.journal.append([], () => house.returns.brought(BACK))
    house.returns.decide('li', 'R1', 'restock', '未拆封')
    expect(house.returns.decide('li', 'R1', 'waste', '已召回').status).toBe('decided-waste')
    house.journal.append([], () => house.returns.moved('R1', 'in-hand'))
    expect(() => house.returns.decide('li', 'R1', 'restock', 'x')).toThrow(code('E_RETURN_DECIDED'))
    expect(() => house.returns.decide('li', 'R1', 'waste', '已过期')).toThrow(code('E_SECOND'))
    expect(house.returns.decide('li', 'R1', 'waste', '已过期', () => 'he').status).toBe('wasted')
    expect(house.journaled('return.decided').at(-1)?.reason).toContain('he')
  })

  it('R11: and shipment notes are not decided while an operation with them goes on', () => {
    const at = (authority: object) =>
      house.db.run(
        "INSERT OR REPLACE INTO sessions (session, kind, jti, status, state, updated_at) VALUES ('s', 'operation', '', 'running', ?, '')",
        JSON.stringify({ authority }),
      )
    house.journal.append([], () => house.returns.brought(BACK))
    note([line()])
    at({ kind: 'return', return: 'R1', rx: null })
    expect(() => house.returns.decide('li', 'R1', 'waste', '包装已开')).toThrow(code('E_WITHDRAWAL_OPEN'))
    at({ kind: 'shipment', shipment: 'SH1', line: 1 })
    expect(() => house.shipments.close('wang', 'SH1', '少 12 盒')).toThrow(code('E_WITHDRAWAL_OPEN'))
    house.db.run("UPDATE sessions SET status = 'finished'")
    expect(house.shipments.close('wang', 'SH1', '少 12 盒').closedAt).not.toBeNull()
  })

  it('R11: is no stock while it lies in the return place', () => {
    const back = { ...counted({ drawer: 'D04' }), quantity: 2, status: 'returned' as const }
    house.moved([back], [back])
    const taken = house.stock.pick('amlodipine-5', 100, house.clock.now())
    expect(taken.map(({ lot }) => lot.drawer)).toEqual(['D01'])
    const release = {
      drug: 'amlodipine-5',
      lot: 'L1',
      drawer: 'D04',
      status: 'available',
      reason: 'x',
    } as const
    expect(() => house.lotStatus.change('wang', release)).toThrow(code('E_LOT_RETURNED'))
  })
})
