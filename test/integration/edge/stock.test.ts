import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RulePlan } from '#domain/cold-chain/place.ts'
import { MINUTE } from '#domain/time.ts'
import { createMonitor } from '#edge/cold-chain/monitor.ts'
import { quarantined } from '#edge/stock/quarantine.ts'
import { counted, openHoldings, type TestHoldings } from '#test/lib/edge-holdings.ts'

let house: TestHoldings
beforeEach(async () => {
  house = await openHoldings()
})
afterEach(() => house.close())

const NOW = () => house.clock.now()
const picked = (drug = 'amlodipine-5', quantity = 100) =>
  house.stock.pick(drug, quantity, NOW()).map(({ lot, quantity: of }) => `${lot.lot}/${lot.drawer}:${of}`)
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

/** The refrigerator F1 as the agent watches it; made again, it stands for a restart. */
const fridge = (rule?: RulePlan) => {
  const made = createMonitor({
    ...house,
    id: 'F1',
    name: '1号冰箱',
    low: 2,
    high: 8,
    ...(rule ? { rule } : {}),
    intervalMs: MINUTE,
    site: 'heping',
    onReading: () => {},
  })
  return async (minutes: number, celsius: number): Promise<void> => {
    for (let at = 0; at < minutes; at++) {
      house.clock.pass(MINUTE)
      await made.take({ ok: true, celsius, at: NOW(), source: 'sensor' })
    }
  }
}

const INSULIN = counted({ drug: 'insulin-glargine', lot: 'I1', drawer: 'D03', packGrams: 60 })
const insulin = () => house.stock.lot('insulin-glargine', 'I1', 'D03')
const RELEASE = {
  drug: 'insulin-glargine',
  lot: 'I1',
  drawer: 'D03',
  status: 'available',
  reason: '在稳定性范围内',
  grounds: {
    seen: [{ minutes: 62, min: 12, max: 12, mkt: 12, side: 'hot' }],
    allowed: { minutes: 600, maxCelsius: 25 },
  },
} as const

describe('R20: an excursion', () => {
  beforeEach(() => house.stock.count('wang', [INSULIN, counted()]))

  it('R20: quarantines every lot under that thermometer with its alarm, and no other', async () => {
    const feel = fridge()
    await feel(60, 12)
    expect(insulin()?.status).toBe('available')
    await feel(2, 12)
    const [alarm] = house.journaled('excursion.alarm')
    expect(house.journaled('lot.status')).toEqual([
      {
        drug: 'insulin-glargine',
        lot: 'I1',
        drawer: 'D03',
        status: 'quarantined',
        actor: null,
        cause: 'excursion',
        ref: alarm?.excursion,
      },
    ])
    expect(picked('insulin-glargine')).toEqual([])
    expect(picked()).toEqual(['L1/D01:10'])
  })

  it('R20: takes in what is put there while it lasts, and nobody releases anything before it is over', async () => {
    const feel = fridge()
    await feel(62, 12)
    const late = { ...INSULIN, lot: 'I2' }
    house.moved([{ ...late, quantity: 5 }], [late])
    expect(house.stock.lot('insulin-glargine', 'I2', 'D03')?.status).toBe('quarantined')
    expect(() => house.lotStatus.change('wang', RELEASE)).toThrow(code('E_EXCURSION_OPEN'))
    await feel(1, 5)
    house.lotStatus.change('wang', RELEASE)
    expect(insulin()?.status).toBe('available')
    await feel(30, 5)
    expect(insulin()?.status).toBe('available')
    expect(house.stock.lot('insulin-glargine', 'I2', 'D03')?.status).toBe('quarantined')
  })

  it('R20: shows what the goods went through: minutes, extremes, mean kinetic temperature', async () => {
    const feel = fridge()
    await feel(90, 12)
    await feel(1, 5)
    const [held] = await quarantined(house)
    expect(held).toMatchObject({
      lot: 'I1',
      cause: 'excursion',
      quantity: 10,
      excursions: [{ thermometer: 'F1', side: 'hot', minutes: 90, min: 12, max: 12, mkt: 12 }],
    })
    expect(held?.excursions[0]?.end).not.toBeNull()
  })

  it('R20: adds up what goods went through, also what a person had released or held before', async () => {
    const feel = fridge()
    await feel(62, 12)
    await feel(1, 5)
    house.lotStatus.change('wang', RELEASE)
    house.lotStatus.change('wang', { ...RELEASE, status: 'quarantined', reason: '外盒受潮' })
    await feel(70, 10)
    await feel(1, 5)
    const [held] = await quarantined(house)
    expect(held).toMatchObject({
      cause: '外盒受潮',
      excursions: [
        { max: 12, minutes: 62 },
        { max: 10, minutes: 70 },
      ],
    })
  })

  it('R20: where minutes add up, counts those before the run that alarmed, once', async () => {
    const feel = fridge({ mode: 'daily' })
    for (const celsius of [14, 9]) {
      await feel(25, celsius)
      await feel(5, 5)
    }
    await feel(12, 10)
    await feel(1, 5)
    await feel(3, 9)
    await feel(1, 5)
    const [held] = await quarantined(house)
    expect(held?.excursions).toMatchObject([
      { minutes: 62, min: 9, max: 14 },
      { minutes: 3, min: 9, max: 9 },
    ])
    expect(house.journaled('excursion.alarm').map(({ earlier }) => earlier)).toEqual([
      { minutes: 50, min: 9, max: 14 },
      undefined,
    ])
  })

  it('R20: under WHO’s rule holds back what lay an hour at −0.5 °C, not what lay below the range above it', async () => {
    const feel = fridge({ preset: 'who-pqs-e006' })
    await feel(70, 1)
    expect(insulin()?.status).toBe('available')
    await feel(61, -0.5)
    expect(insulin()?.status).toBe('quarantined')
    expect(() => house.lotStatus.change('wang', RELEASE)).toThrow(code('E_EXCURSION_OPEN'))
    await feel(1, 1)
    const [held] = await quarantined(house)
    expect(held?.excursions).toMatchObject([{ side: 'cold', minutes: 61, min: -0.5, max: -0.5 }])
  })

  it('R20: holds the goods although the power failed between its record and theirs', async () => {
    const feel = fridge()
    await feel(62, 12)
    // As the disk would be, had the agent died between the two.
    house.db.run("UPDATE lots SET status = 'available', status_cause = NULL, status_ref = NULL")
    await house.stop()
    house = await openHoldings(house.dir)
    expect(insulin()?.status).toBe('available')
    house.stockAtStart()
    expect(insulin()).toMatchObject({ status: 'quarantined', cause: 'excursion' })
  })

  it('R20: of a logger’s export that is played again holds nothing', () => {
    const at = NOW().toISOString()
    house.journal.append([
      {
        kind: 'excursion.alarm',
        data: {
          thermometer: 'F1',
          excursion: 'F1-hot-0',
          side: 'hot',
          start: at,
          alarmAt: at,
          limit: 8,
          source: 'replay',
        },
      },
    ])
    expect(insulin()?.status).toBe('available')
  })
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
    const exp = NOW().getTime() / 1_000
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
