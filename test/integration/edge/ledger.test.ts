import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { NewEvent } from '#domain/journal/events.ts'
import type { Movement } from '#domain/journal/events-operations.ts'
import { openJournalFile } from '#edge/journal/open.ts'
import { JOURNAL_FILE } from '#edge/journal/schema.ts'
import type { LotDetails } from '#edge/stock/stock.ts'
import { counted, openHoldings, type TestHoldings } from '#test/lib/edge-holdings.ts'

let house: TestHoldings
beforeEach(async () => {
  house = await openHoldings()
})

const DRUGS = ['amlodipine-5', 'metformin-500'] as const
const place = fc.record({
  drug: fc.constantFrom(...DRUGS),
  lot: fc.constantFrom('L1', 'L2'),
  drawer: fc.constantFrom('D01', 'D02', 'D03'),
})
const movement = fc
  .tuple(place, fc.integer({ min: -8, max: 8 }))
  .map(([where, quantity]) => ({ ...where, quantity }))
const movements = fc.array(movement, { maxLength: 4 })

/** What happens to stock in a day, as data. */
const happening = fc.oneof(
  fc.tuple(place, fc.nat(20)).map(([where, quantity]) => ({ do: 'count' as const, where, quantity })),
  fc
    .tuple(
      fc.constantFrom('withdrawal.completed', 'withdrawal.reviewed'),
      fc.array(fc.tuple(place, fc.option(fc.integer({ min: -3, max: 5 }))), { maxLength: 3 }),
    )
    .map(([kind, taken]) => ({ do: 'withdraw' as const, kind, taken })),
  fc
    .tuple(fc.constantFrom('operation.completed', 'operation.reviewed', 'downtime.entry'), movements)
    .map(([kind, moves]) => ({ do: 'move' as const, kind, moves })),
)
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never

const detailsOf = ({ drug, lot, drawer }: Omit<Movement, 'quantity'>): LotDetails => ({
  ...counted(),
  drug,
  lot,
  drawer,
})

const session = { session: 's', jti: 'j', rx: 'r' }
const withdraw = (
  kind: string,
  taken: readonly (readonly [Omit<Movement, 'quantity'>, number | null])[],
): void => {
  const items = taken.map(([where, units]) => ({ ...where, expected: 1, taken: units, grams: 0 }))
  const data = { ...session, actor: 'wang', outcome: 'matched', items, reason: null, note: '' } as const
  house.journal.append([{ kind, data } as NewEvent], () => house.stock.takeOut(items, items.map(detailsOf)))
}
const move = (kind: string, moves: readonly Movement[]): void => {
  const data = { session: 's', movements: moves, items: moves }
  house.journal.append([{ kind, data } as unknown as NewEvent], () =>
    house.stock.applyMovements(moves, { lots: moves.map(detailsOf) }),
  )
}
const live = (happened: Happening): void => {
  if (happened.do === 'count')
    house.stock.count('wang', [{ ...detailsOf(happened.where), quantity: happened.quantity }])
  else if (happened.do === 'withdraw') withdraw(happened.kind, happened.taken)
  else move(happened.kind, happened.moves)
}

/** Overwrites the page that holds these bytes, as a failing card does. */
const spoil = (dir: string, marker: string): void => {
  const file = join(dir, JOURNAL_FILE)
  const bytes = readFileSync(file)
  const at = bytes.indexOf(marker) & ~0xfff
  bytes.fill(0xa5, at, at + 4096)
  writeFileSync(file, bytes)
}

describe('the ledger', () => {
  it('adds up to the table of lots whatever happens, at every moment', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { maxLength: 12 }), async happenings => {
        // One journal for all runs: what came before is only a longer day.
        for (const happened of happenings) {
          live(happened)
          expect(await house.ledger.check()).toMatchObject({
            balanced: true,
            startsAfter: 0,
            differences: [],
          })
        }
      }),
      { numRuns: 60 },
    )
  })

  it('shows the lot, the drawer and both figures when a row of the table was changed by hand', async () => {
    house.stock.count('wang', [counted(), counted({ lot: 'L2' })])
    house.db.run("UPDATE lots SET quantity = 9 WHERE lot = 'L2'")
    house.db.run("DELETE FROM lots WHERE lot = 'L1'")
    expect(await house.ledger.check()).toEqual({
      balanced: false,
      upTo: house.journal.head(),
      startsAfter: 0,
      differences: [
        { drug: 'amlodipine-5', lot: 'L2', drawer: 'D01', ledger: 9, journal: 10 },
        { drug: 'amlodipine-5', lot: 'L1', drawer: 'D01', ledger: 0, journal: 10 },
      ],
    })
  })

  it('takes no half of what a record moves: a lot that nobody knows refuses record and movement', () => {
    house.stock.count('wang', [counted()])
    const head = house.journal.head()
    const moves = [
      { drug: 'amlodipine-5', lot: 'L1', drawer: 'D01', quantity: -1 },
      { drug: 'amlodipine-5', lot: 'NOBODY', drawer: 'D01', quantity: -1 },
    ]
    expect(() => house.moved(moves)).toThrow(expect.objectContaining({ code: 'E_LOT_UNKNOWN' }))
    expect(house.journal.head()).toBe(head)
    expect(house.stock.lot('amlodipine-5', 'L1', 'D01')?.quantity).toBe(10)
  })

  it('goes on from a carried balance where retention dropped the records before, and says from where', async () => {
    house.stock.count('wang', [counted()])
    const dropped = house.journal.head()
    house.moved([{ drug: 'amlodipine-5', lot: 'L1', drawer: 'D01', quantity: -3 }])
    house.db.run(
      `INSERT INTO journal_closings (to_seq, from_seq, day, body, record_bytes, lasting_bytes, lasting_dropped)
       VALUES (?, 1, '2021-01-01', '{}', 0, 0, 1)`,
      dropped,
    )
    expect(await house.ledger.check()).toMatchObject({ balanced: false, startsAfter: null })
    house.journal.append([
      {
        kind: 'journal.pruned',
        data: { day: '2021-01-01', fromSeq: 1, toSeq: dropped, classes: ['dispensing', 'alarm'], rows: 1 },
      },
    ])
    const carried = house.journaled('ledger.carried')
    expect(carried).toMatchObject([{ part: 1, parts: 1, lines: [{ lot: 'L1', quantity: 7 }] }])
    house.moved([{ drug: 'amlodipine-5', lot: 'L1', drawer: 'D01', quantity: 5 }])
    expect(await house.ledger.check()).toMatchObject({
      balanced: true,
      startsAfter: house.journal.head() - 1,
    })
  })

  it('carries its balance once into the journal that follows a damaged one', async () => {
    house.stock.count('wang', [counted()])
    for (let n = 1; n <= 60; n++)
      house.journal.append([{ kind: 'drawer.tamper', data: { drawer: `marker-${n}-${'x'.repeat(200)}` } }])
    await house.stop()
    spoil(house.dir.path, 'marker-30-')
    openJournalFile(house.dir.path, house.clock).close()
    house = await openHoldings(house.dir)
    expect(house.journal.epoch).toBeGreaterThan(1)
    house.stockAtStart()
    house.stockAtStart()
    expect(house.journaled('ledger.carried')).toHaveLength(1)
    house.stock.count('wang', [counted({ quantity: 4 })])
    expect(await house.ledger.check()).toMatchObject({ balanced: true })
    expect((await house.ledger.check()).startsAfter).toBeGreaterThan(0)
  })
})
