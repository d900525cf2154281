import { beforeEach, describe, expect, it } from 'vitest'
import { counted, openHoldings, pickedOf, type TestHoldings } from '#test/lib/edge-holdings.ts'

let house: TestHoldings
beforeEach(async () => {
  house = await openHoldings()
})

const picked = (drug?: string) => pickedOf(house, drug)
const statusOf = (lot: string, drawer: string) => house.stock.lot('amlodipine-5', lot, drawer)?.status
const code = (expected: string) => expect.objectContaining({ code: expected })

describe('R14: a lot that may not be picked', () => {
  beforeEach(() => {
    house.stock.count('wang', [
      counted(),
      counted({ lot: 'L1', drawer: 'D02', quantity: 4 }),
      counted({ lot: 'L2', expiry: '2028-01-31', quantity: 6 }),
      counted({ lot: 'OLD', expiry: '2026-11-21', quantity: 9 }),
    ])
  })

  it('R14: a recall of the centre holds every drawer with the lot, and the rest goes on first expiry first out', () => {
    expect(picked()).toEqual(['L1/D01:10', 'L1/D02:4', 'L2/D01:6'])
    house.order(
      'recall',
      house.recall({ recall: 'RC1', drug: 'amlodipine-5', lot: 'L1', reason: '含量不足' }),
    )
    expect(picked()).toEqual(['L2/D01:6'])
    expect(house.journaled('lot.status')).toMatchObject([
      { lot: 'L1', drawer: 'D01', status: 'recalled', cause: 'recall', ref: 'RC1', actor: null },
      { lot: 'L1', drawer: 'D02', status: 'recalled', cause: 'recall', ref: 'RC1', actor: null },
    ])
  })

  it('R14: a recall also finds a lot that comes in later, and one without a lot finds them all', () => {
    house.order('recall', house.recall({ recall: 'RC1', drug: 'amlodipine-5', lot: 'L9', reason: '召回' }))
    const late = counted({ lot: 'L9', drawer: 'D02' })
    house.moved([{ ...late, quantity: 3 }], [late])
    expect(statusOf('L9', 'D02')).toBe('recalled')
    house.order('recall', house.recall({ recall: 'RC2', drug: 'amlodipine-5', reason: '停用' }))
    expect(picked()).toEqual([])
  })

  it('R14: a lifted recall gives back what it took, and a quarantine from before it stands again', () => {
    const held = {
      drug: 'amlodipine-5',
      lot: 'L1',
      drawer: 'D02',
      status: 'quarantined',
      reason: '外盒破损',
    } as const
    house.lotStatus.change('wang', held)
    const recall = { recall: 'RC1', drug: 'amlodipine-5', lot: 'L1', reason: '召回' }
    house.order('recall', house.recall(recall))
    expect([statusOf('L1', 'D01'), statusOf('L1', 'D02')]).toEqual(['recalled', 'recalled'])
    house.order('recall', house.recall({ ...recall, lift: true }))
    expect([statusOf('L1', 'D01'), statusOf('L1', 'D02')]).toEqual(['available', 'quarantined'])
    expect(house.stock.lot('amlodipine-5', 'L1', 'D02')?.cause).toBe('外盒破损')
  })

  it('R14: nobody at the site releases a recalled lot', () => {
    house.order('recall', house.recall({ recall: 'RC1', drug: 'amlodipine-5', lot: 'L1', reason: '召回' }))
    const release = {
      drug: 'amlodipine-5',
      lot: 'L1',
      drawer: 'D01',
      status: 'available',
      reason: '要用',
    } as const
    expect(() => house.lotStatus.change('wang', release)).toThrow(code('E_LOT_RECALLED'))
  })

  it('R14: a person holds a lot and lets it go again, each with a reason; the journal says who', () => {
    const change = { drug: 'amlodipine-5', lot: 'L1', drawer: 'D01' }
    expect(() => house.lotStatus.change('wang', { ...change, status: 'quarantined', reason: ' ' })).toThrow(
      code('E_REASON'),
    )
    house.lotStatus.change('wang', { ...change, status: 'quarantined', reason: '受潮' })
    expect(picked()).toEqual(['L1/D02:4', 'L2/D01:6'])
    expect(() =>
      house.lotStatus.change('wang', { ...change, status: 'quarantined', reason: '受潮' }),
    ).toThrow(code('E_LOT_STATUS'))
    house.lotStatus.change('li', { ...change, status: 'available', reason: '复核无误' })
    expect(picked()).toEqual(['L1/D01:10', 'L1/D02:4', 'L2/D01:6'])
    expect(house.journaled('lot.status').map(({ actor, cause }) => [actor, cause])).toEqual([
      ['wang', '受潮'],
      ['li', '复核无误'],
    ])
    expect(() =>
      house.lotStatus.change('wang', { ...change, lot: 'NO', status: 'quarantined', reason: 'x' }),
    ).toThrow(code('E_LOT_UNKNOWN'))
  })
})
