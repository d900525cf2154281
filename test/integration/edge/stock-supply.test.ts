import { beforeEach, describe, expect, it } from 'vitest'
import { counted, openHoldings, type TestHoldings } from '#test/lib/edge-holdings.ts'

let house: TestHoldings
beforeEach(async () => {
  house = await openHoldings()
})

const PAR = {
  name: 'par',
  version: '1',
  levels: [
    { drug: 'amlodipine-5', par: 8, fillTo: 20 },
    { drug: 'warfarin-3', par: 0, fillTo: 5 },
  ],
} as const
const take = (quantity: number) =>
  house.moved([{ drug: 'amlodipine-5', lot: 'L1', drawer: 'D01', quantity: -quantity }])
const amlodipine = () => house.supply.state().find(({ drug }) => drug === 'amlodipine-5')

describe('R15: what is missing', () => {
  beforeEach(() => {
    house.stock.count('wang', [counted()])
    house.list({ ...PAR, levels: [...PAR.levels] })
  })

  it('R15: below par a filling up is proposed, once, until the stock is above par again', () => {
    take(2)
    expect(house.journaled('replenishment.proposed')).toEqual([])
    take(1)
    take(1)
    expect(house.journaled('replenishment.proposed')).toEqual([
      { drug: 'amlodipine-5', quantity: 13, inStock: 7, par: 8 },
    ])
    expect(amlodipine()).toMatchObject({
      available: 6,
      par: 8,
      state: 'below-par',
      proposed: { quantity: 13 },
    })
    take(-2)
    expect(amlodipine()).toMatchObject({ state: 'ok', proposed: null })
    take(1)
    expect(house.journaled('replenishment.proposed')).toHaveLength(2)
  })

  it('R15: nothing left is said explicitly, with an alarm that ends when there is some', () => {
    take(10)
    expect(house.journaled('stock.out')).toEqual([{ drug: 'amlodipine-5' }])
    expect(house.alarms.isOpen('stock-out-amlodipine-5')).toBe(true)
    expect(amlodipine()?.state).toBe('out')
    house.supply.check()
    expect(house.journaled('stock.out')).toHaveLength(1)
    take(-1)
    expect(house.alarms.isOpen('stock-out-amlodipine-5')).toBe(false)
  })

  it('R15: packs that may not be picked are none', () => {
    house.lotStatus.change('wang', {
      drug: 'amlodipine-5',
      lot: 'L1',
      drawer: 'D01',
      status: 'quarantined',
      reason: '破损',
    })
    expect(house.journaled('stock.out')).toHaveLength(1)
    expect(amlodipine()).toMatchObject({ available: 0, quarantined: 10, state: 'out' })
  })

  it('R15: a lot that expires at midnight in Shanghai is missed with nobody moving anything', () => {
    house.clock.set('2027-06-30T15:59:59Z')
    house.supply.check()
    expect(house.journaled('stock.out')).toEqual([])
    house.clock.set('2027-06-30T16:00:00Z')
    house.supply.check()
    expect(house.journaled('stock.out')).toHaveLength(1)
    expect(amlodipine()).toMatchObject({ expired: 10, available: 0 })
  })

  it('R15: after a restart the same shortage is not told again', async () => {
    take(10)
    await house.stop()
    house = await openHoldings(house.dir)
    house.stockAtStart()
    expect(house.journaled('stock.out')).toHaveLength(1)
    expect(house.journaled('replenishment.proposed')).toHaveLength(1)
  })
})

describe('the state of a drug', () => {
  it('says how many packs wait for orders in date, and which lots soon expire', () => {
    house.stock.count('wang', [counted(), counted({ lot: 'SOON', expiry: '2027-02-01', quantity: 2 })])
    const exp = house.clock.now().getTime() / 1_000
    const waiting = (jti: string, seconds: number, quantity: number) =>
      house.db.run(
        `INSERT INTO authorisations (jti, rx, token, claims, received_at, status) VALUES (?, 'R', 't', ?, '', 'waiting')`,
        jti,
        JSON.stringify({ exp: exp + seconds, items: [{ drug: 'amlodipine-5', quantity }] }),
      )
    waiting('a', 60, 3)
    waiting('b', 60, 2)
    waiting('expired', -60, 5)
    expect(amlodipine()).toMatchObject({
      available: 12,
      reserved: 5,
      par: null,
      nearExpiry: [{ lot: 'SOON', drawer: 'D01', expiry: '2027-02-01', quantity: 2 }],
    })
  })
})
