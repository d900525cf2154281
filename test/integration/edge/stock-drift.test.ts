import { beforeEach, describe, expect, it } from 'vitest'
import type { NewEvent } from '#domain/journal/events.ts'
import { MINUTE } from '#domain/time.ts'
import { createService } from '#edge/operations/service.ts'
import { createDrift } from '#edge/stock/drift.ts'
import { counted, openHoldings, type TestHoldings } from '#test/lib/edge-holdings.ts'

let house: TestHoldings
let grams: Record<string, number>
let stable: boolean
let drift: ReturnType<typeof createDrift>
let service: ReturnType<typeof createService>

const start = () => {
  // The cells of the cabinet, as the wire would tell of them.
  const drawers = new Map(
    [...house.hardware.drawers].map(([id, each]) => [
      id,
      { ...each, scale: { read: async () => ({ grams: grams[id] ?? 0, stable }) } },
    ]),
  )
  service = createService({ ...house, drawers: [...drawers.keys()], onChange: () => {} })
  drift = createDrift({ ...house, hardware: { drawers }, service })
  house.clock.pass(10 * MINUTE)
}
beforeEach(async () => {
  house = await openHoldings()
  grams = { D01: 480, D02: 0, D03: 900, D04: 0 }
  stable = true
  house.stock.count('wang', [counted({ packGrams: 20 })])
  start()
})

const minutes = async (count: number): Promise<void> => {
  for (let at = 0; at < count; at++) {
    house.clock.pass(MINUTE)
    await drift.sample()
  }
}
const closed = (drawer: string, afterGrams: number | null): NewEvent => ({
  kind: 'drawer.closed',
  data: { session: 's', operation: 'count', drawer, beforeGrams: 480, afterGrams },
})
const told = () => house.journaled('scale.drift')

describe('the weight of a closed drawer', () => {
  it('that wanders by half a pack without a door session is told once, and the drawer needs a count', async () => {
    await minutes(1)
    grams.D01 = 469
    await minutes(2)
    expect(told()).toEqual([])
    await minutes(5)
    expect(told()).toEqual([{ drawer: 'D01', fromGrams: 480, grams: 469 }])
    expect(service.of('D01')).toMatchObject({ service: 'needs-count', cause: 'drift' })
    expect(house.alarms.isOpen('drift-D01')).toBe(true)
  })

  it('may move by what temperature and creep do to a cell', async () => {
    await minutes(1)
    grams = { D01: 490, D02: 5, D03: 895, D04: -5 }
    await minutes(10)
    expect(told()).toEqual([])
  })

  it('that creeps a little each day is held against the last session, not against yesterday', async () => {
    await minutes(1)
    for (let day = 1; day <= 12; day++) {
      grams.D01 = 480 - day
      await minutes(5)
    }
    expect(told()).toMatchObject([{ drawer: 'D01', fromGrams: 480 }])
  })

  it('is not judged by one who leans on the cabinet, nor by a reading that is not at rest', async () => {
    await minutes(1)
    grams.D01 = 700
    await minutes(2)
    grams.D01 = 480
    await minutes(2)
    grams.D01 = 700
    stable = false
    await minutes(9)
    expect(told()).toEqual([])
  })

  it('is new after each session of the drawer, and forgotten where nobody could weigh it', async () => {
    await minutes(1)
    house.journal.append([closed('D01', 440)])
    grams.D01 = 440
    await minutes(4)
    house.journal.append([closed('D01', null)])
    grams.D01 = 300
    await minutes(4)
    expect(told()).toEqual([])
    grams.D01 = 280
    await minutes(4)
    expect(told()).toMatchObject([{ fromGrams: 300, grams: 280 }])
  })

  it('is left alone while a session is open, and while the cells warm up', async () => {
    await minutes(1)
    house.db.run(
      "INSERT INTO sessions (session, jti, status, state, updated_at) VALUES ('s', 'j', 'running', '{}', '')",
    )
    grams.D01 = 400
    await minutes(5)
    expect(told()).toEqual([])
    house.db.run("UPDATE sessions SET status = 'finished'")
    start()
    await minutes(2)
    expect(told()).toEqual([])
    await minutes(1)
    expect(told()).toHaveLength(1)
  })

  it('is held against the last session after a restart too, and the alarm ends with the count', async () => {
    await minutes(1)
    await house.stop()
    house = await openHoldings(house.dir)
    start()
    grams.D01 = 400
    await minutes(3)
    expect(told()).toMatchObject([{ fromGrams: 480, grams: 400 }])
    const counted = { drawer: 'D01', service: 'in-service', cause: 'counted', actor: 'wang' } as const
    house.journal.append([{ kind: 'drawer.service', data: counted }])
    expect(house.alarms.isOpen('drift-D01')).toBe(false)
  })
})
