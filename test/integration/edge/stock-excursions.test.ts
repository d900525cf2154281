import { beforeEach, describe, expect, it } from 'vitest'
import type { RulePlan } from '#domain/cold-chain/place.ts'
import { MINUTE } from '#domain/time.ts'
import { createMonitor } from '#edge/cold-chain/monitor.ts'
import { quarantined } from '#edge/stock/quarantine.ts'
import { counted, openHoldings, pickedOf, type TestHoldings } from '#test/lib/edge-holdings.ts'

let house: TestHoldings
beforeEach(async () => {
  house = await openHoldings()
})

const NOW = () => house.clock.now()
const picked = (drug?: string) => pickedOf(house, drug)
const code = (expected: string) => expect.objectContaining({ code: expected })

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
