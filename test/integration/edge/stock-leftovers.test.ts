import { beforeEach, describe, expect, it } from 'vitest'
import { MINUTE } from '#domain/time.ts'
import { UNNAMED_EXPIRY, UNNAMED_LOT } from '#domain/unnamed-lot.ts'
import { createMonitor } from '#edge/cold-chain/monitor.ts'
import { counted, openHoldings, type TestHoldings } from '#test/lib/edge-holdings.ts'

let house: TestHoldings
beforeEach(async () => {
  house = await openHoldings()
  // The return place is in the refrigerator too.
  const D03 = house.hardware.drawers.get('D03')
  if (D03) house.hardware.drawers.set('D04', { ...D03, role: 'return' })
})

const code = (expected: string) => expect.objectContaining({ code: expected })
const feel = () => {
  const made = createMonitor({
    ...house,
    id: 'F1',
    name: '1号冰箱',
    low: 2,
    high: 8,
    intervalMs: MINUTE,
    site: 'heping',
    onReading: () => {},
  })
  return async (minutes: number, celsius: number): Promise<void> => {
    for (let at = 0; at < minutes; at++) {
      house.clock.pass(MINUTE)
      await made.take({ ok: true, celsius, at: house.clock.now(), source: 'sensor' })
    }
  }
}

const INSULIN = counted({ drug: 'insulin-glargine', lot: 'I1', drawer: 'D03', packGrams: 60 })
const RETURNED = { ...INSULIN, drawer: 'D04', status: 'returned' as const }
const insulin = (drawer = 'D03') => house.stock.lot('insulin-glargine', 'I1', drawer)
const RELEASE = {
  drug: 'insulin-glargine',
  lot: 'I1',
  drawer: 'D03',
  status: 'available',
  reason: '在稳定性范围内',
} as const
const SEEN = { minutes: 62, min: 9, max: 12, mkt: 11, side: 'hot' } as const

/** So many packs come back and lie in the return place. */
const bringBack = (id: string, quantity: number): void => {
  const { drug, lot, expiry } = RETURNED
  house.journal.append([], () =>
    house.returns.brought({ id, rx: 'RX-1', drug, lot, expiry, quantity, reason: 'changed', actor: 'wang' }),
  )
  house.moved([{ drug, lot, drawer: 'D04', quantity }], [RETURNED])
}
const balanced = async () => (await house.ledger.check()).balanced

describe('R20: a release after an excursion', () => {
  const change = (grounds?: object) => () =>
    house.lotStatus.change('wang', { ...RELEASE, ...(grounds ? { grounds } : {}) } as never)
  beforeEach(async () => {
    house.stock.count('wang', [INSULIN])
    const at = feel()
    await at(62, 12)
    await at(1, 5)
  })

  it('R20: is refused by the agent where the figures are missing, too small, or the evidence is gone', () => {
    expect(insulin()?.status).toBe('quarantined')
    const denied = [
      undefined,
      { seen: [SEEN], allowed: null },
      { seen: [SEEN], allowed: { minutes: 61, maxCelsius: 25 } },
      { seen: [SEEN], allowed: { minutes: 600, maxCelsius: 11 } },
      { seen: [null], allowed: { minutes: 600, maxCelsius: 25 } },
      { seen: [], allowed: { minutes: 600, maxCelsius: 25 } },
    ]
    for (const grounds of denied) expect(change(grounds)).toThrow(code('E_LOT_STABILITY'))
    expect(insulin()?.status).toBe('quarantined')
  })

  it('R20: stands on figures that cover all of it, which are in its record', () => {
    change({ seen: [SEEN], allowed: { minutes: 62, maxCelsius: 12 } })()
    expect(insulin()?.status).toBe('available')
    expect(house.journaled('lot.status').at(-1)?.stability).toEqual({
      seen: [SEEN],
      allowed: { minutes: 62, maxCelsius: 12 },
    })
  })

  it('R20: or on the central pharmacy’s written word, which is in its record too', () => {
    change({ seen: [SEEN], allowed: { minutes: 1, maxCelsius: 9 }, exception: 'centre-release' })()
    expect(house.journaled('lot.status').at(-1)?.stability).toMatchObject({ exception: 'centre-release' })
  })
})

describe('R11, R20: what came back and lies in the refrigerator', () => {
  it('R20: carries the excursion, and is wasted, never put back', async () => {
    bringBack('R1', 2)
    await feel()(62, 12)
    expect(insulin('D04')).toMatchObject({ status: 'returned', cause: 'excursion' })
    expect(house.journaled('lot.status')).toHaveLength(1)
    expect(house.returns.find('R1').excursions).toHaveLength(1)
    expect(() => house.returns.decide('li', 'R1', 'restock', '未拆封')).toThrow(code('E_RETURN_EXCURSION'))
    expect(house.returns.decide('li', 'R1', 'waste', '超温').status).toBe('decided-waste')
  })

  it('R20: carries it also when it comes in while the excursion lasts, or was found fit before', async () => {
    bringBack('R1', 2)
    house.returns.decide('li', 'R1', 'restock', '未拆封')
    const at = feel()
    await at(62, 12)
    bringBack('R2', 1)
    expect(house.returns.find('R2').excursions).toEqual(house.returns.find('R1').excursions)
    await at(30, 5)
    bringBack('R3', 1)
    expect(house.returns.find('R3').excursions).toEqual([])
    expect(house.returns.decide('li', 'R3', 'restock', '未拆封').status).toBe('decided-restock')
  })

  it('R20: a recalled lot that goes through one is quarantined once the recall is lifted', async () => {
    house.stock.count('wang', [INSULIN])
    const recall = { recall: 'RC1', drug: 'insulin-glargine', lot: 'I1', reason: '召回' }
    house.order('recall', house.recall(recall))
    const at = feel()
    await at(62, 12)
    await at(30, 5)
    expect(insulin()?.status).toBe('recalled')
    house.order('recall', house.recall({ ...recall, lift: true }))
    expect(insulin()).toMatchObject({ status: 'quarantined', cause: 'excursion' })
  })

  it('R20: is carried by what comes back of a recalled lot while the excursion lasts', async () => {
    bringBack('R1', 2)
    const recall = { recall: 'RC1', drug: 'insulin-glargine', lot: 'I1', reason: '召回' }
    house.order('recall', house.recall(recall))
    const at = feel()
    await at(62, 12)
    bringBack('R2', 1)
    expect(house.returns.find('R2').excursions).toEqual(house.returns.find('R1').excursions)
    const told = house.journaled('lot.status').length
    house.lotStatus.enforce()
    expect(house.journaled('lot.status')).toHaveLength(told)
    await at(30, 5)
    house.order('recall', house.recall({ ...recall, lift: true }))
    expect(insulin('D04')?.status).toBe('returned')
    expect(() => house.returns.decide('li', 'R2', 'restock', '未拆封')).toThrow(code('E_RETURN_EXCURSION'))
  })

  it('R20: stays quarantined when its recall is lifted while the excursion lasts', async () => {
    house.stock.count('wang', [INSULIN])
    const recall = { recall: 'RC1', drug: 'insulin-glargine', lot: 'I1', reason: '召回' }
    house.order('recall', house.recall(recall))
    await feel()(62, 12)
    house.order('recall', house.recall({ ...recall, lift: true }))
    house.lotStatus.enforce()
    expect(insulin()).toMatchObject({ status: 'quarantined', cause: 'excursion' })
    expect(house.journaled('lot.status').map(({ status }) => status)).toEqual([
      'recalled',
      'recalled',
      'quarantined',
    ])
  })
})

describe('R11: a return whose packs were never found again', () => {
  it('R11: ends by a word with a reason: a case asks where they are, and the ledger balances', async () => {
    bringBack('R1', 3)
    bringBack('R2', 2)
    house.returns.decide('li', 'R1', 'waste', '已拆封')
    expect(() => house.returns.lose('qian', 'R1', ' ')).toThrow(code('E_REASON'))
    expect(house.returns.lose('qian', 'R1', '都找过').status).toBe('lost')
    expect(insulin('D04')?.quantity).toBe(2)
    expect(house.journaled('case.opened')).toEqual([
      {
        case: 'R1-lost',
        session: 'R1',
        drug: 'insulin-glargine',
        lot: 'I1',
        drawer: 'D04',
        actor: 'qian',
        expected: 3,
        found: 0,
      },
    ])
    expect(house.journaled('return.decided').at(-1)).toEqual({
      return: 'R1',
      actor: 'qian',
      decision: 'lost',
      reason: '都找过',
    })
    expect(house.db.all('SELECT id, rx, status FROM cases')).toEqual([
      { id: 'R1-lost', rx: 'RX-1', status: 'open' },
    ])
    expect(await balanced()).toBe(true)
    expect(() => house.returns.lose('qian', 'R1', '再来')).toThrow(code('E_RETURN_DECIDED'))
    expect(() => house.returns.decide('li', 'R1', 'waste', 'x')).toThrow(code('E_RETURN_DECIDED'))
    expect(house.returns.list().map(({ id, status }) => [id, status])).toEqual([
      ['R2', 'in-place'],
      ['R1', 'lost'],
    ])
  })

  it('R11: takes nothing twice off the ledger where a count has found it already', async () => {
    bringBack('R1', 3)
    house.moved([{ drug: 'insulin-glargine', lot: 'I1', drawer: 'D04', quantity: -3 }])
    house.returns.lose('qian', 'R1', '都找过')
    expect(insulin('D04')?.quantity).toBe(0)
    expect(await balanced()).toBe(true)
  })

  it('R11: takes no more off the ledger than it brought, and nothing once somebody has it in hand', async () => {
    bringBack('R1', 2)
    bringBack('R2', 3)
    // A count found one more than the returns say.
    house.moved([{ drug: 'insulin-glargine', lot: 'I1', drawer: 'D04', quantity: 1 }])
    house.returns.lose('qian', 'R1', '都找过')
    expect(insulin('D04')?.quantity).toBe(4)
    house.returns.decide('li', 'R2', 'restock', '未拆封')
    house.moved([{ drug: 'insulin-glargine', lot: 'I1', drawer: 'D04', quantity: -3 }])
    house.journal.append([], () => house.returns.moved('R2', 'in-hand'))
    house.returns.lose('qian', 'R2', '放在台面上不见了')
    expect(insulin('D04')?.quantity).toBe(1)
    expect(await balanced()).toBe(true)
  })

  it('R11: is not ended while the return place is being counted', () => {
    bringBack('R1', 3)
    house.db.run(
      `INSERT INTO sessions (session, kind, jti, status, state, updated_at)
       VALUES ('s', 'operation', '', 'running', '{"drawer":"D04"}', '')`,
    )
    expect(() => house.returns.lose('qian', 'R1', '都找过')).toThrow(code('E_WITHDRAWAL_OPEN'))
  })
})

describe('R14: goods of an unknown lot', () => {
  const unnamed = { ...counted({ lot: UNNAMED_LOT, expiry: UNNAMED_EXPIRY }), quantity: 2 }

  it('R14: are held from whichever hand they come, never picked and never released', () => {
    house.moved([unnamed], [unnamed])
    expect(house.stock.lot('amlodipine-5', UNNAMED_LOT, 'D01')?.status).toBe('quarantined')
    expect(house.stock.pick('amlodipine-5', 9, house.clock.now())).toEqual([])
    const { drug, lot, drawer } = unnamed
    const release = { drug, lot, drawer, status: 'available', reason: '要用' } as const
    expect(() => house.lotStatus.change('wang', release)).toThrow(code('E_LOT_UNNAMED'))
  })

  it('R15: count among what is held back, not among what has expired', () => {
    house.moved([unnamed], [unnamed])
    expect(house.supply.state()).toMatchObject([{ drug: 'amlodipine-5', quarantined: 2, expired: 0 }])
  })

  it('R14: do not come in by a note', () => {
    house.stock.count('wang', [counted()])
    const line = { drug: 'amlodipine-5', lot: UNNAMED_LOT, expiry: '2028-01-31', quantity: 2 }
    const note = house.shipments.enter('wang', 'N-1', [line])
    expect(() => house.shipments.admit(note.id, 1, 1)).toThrow(code('E_LOT_UNNAMED'))
  })
})
