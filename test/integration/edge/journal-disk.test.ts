import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAlarms } from '#edge/alarms/alarms.ts'
import { asDiskError } from '#edge/health/disk.ts'
import { watchDisk } from '#edge/health/disk-alarm.ts'
import type { Database } from '#edge/journal/database.ts'
import { verifyJournal } from '#edge/journal/verify.ts'
import { openJournal, temporaryDir } from '#test/lib/edge-journal.ts'
import { currentOf, journaled, logIn, openTownship, untilStep } from '#test/lib/edge-township.ts'

const NUMBER_OF_PAGES = 1_000_000

/** No page more than there are: SQLite then says SQLITE_FULL as on a full disk. */
const fill = (db: Database): void => {
  const [pages] = Object.values(db.get<{ page_count: number }>('PRAGMA page_count') ?? {})
  db.get(`PRAGMA max_page_count = ${pages}`)
}
/** So many pages more, and then no more. */
const leaveRoom = (db: Database, more: number): void => {
  const [pages] = Object.values(db.get<{ page_count: number }>('PRAGMA page_count') ?? {})
  db.get(`PRAGMA max_page_count = ${Number(pages) + more}`)
}
const makeRoom = (db: Database) => db.get(`PRAGMA max_page_count = ${NUMBER_OF_PAGES}`)
/** Larger than what is left on any page. */
const large = (reason: string) =>
  ({ kind: 'agent.stopped', data: { reason: reason.padEnd(9_000, '.') } }) as const
const reading = (celsius: number) =>
  ({
    kind: 'temperature.record',
    data: { thermometer: 'F1'.padEnd(5_000), at: '', celsius, source: 'sensor' },
  }) as const

const FORMULARY_ITEM = {
  name: '二甲双胍片'.padEnd(60, '。'),
  initials: 'EJSGP',
  form: '片剂',
  spec: '0.5g×20片',
  packUnit: '盒',
  packGrams: 12.5,
  storage: 'room',
  class: 'ordinary',
}

describe('the journal over a full disk', () => {
  let dir: ReturnType<typeof temporaryDir>
  beforeEach(() => {
    dir = temporaryDir()
  })
  afterEach(() => dir.remove())

  it('refuses what must be written, keeps what is there, and writes what waited when there is room', () => {
    const { db, journal, clock, close } = openJournal(dir.path)
    const heard: unknown[] = []
    journal.onDisk(refusal => heard.push(refusal))
    journal.append([large('before')])
    fill(db)
    expect(() => journal.append([large('refused')])).toThrow(
      expect.objectContaining({ code: 'E_DISK_FULL', kind: 'transient' }),
    )
    journal.record(reading(1))
    clock.pass(1_000)
    journal.tell(large('told'))
    expect(() => journal.assertWritable()).toThrow(expect.objectContaining({ code: 'E_DISK_FULL' }))
    clock.pass(60_000)
    expect(journal.read(0, 10)).toHaveLength(1)
    makeRoom(db)
    clock.pass(5_000)
    journal.assertWritable()
    expect(journal.read(1, 10).map(({ kind, at }) => [kind, at.slice(17, 19)])).toEqual([
      ['temperature.record', '00'],
      ['agent.stopped', '01'],
    ])
    expect(heard).toEqual(['E_DISK_FULL', undefined])
    close()
    expect(verifyJournal(dir.path)).toMatchObject({ ok: true, events: 3 })
  })

  it('sounds an alarm that it cannot write, shows it, and writes it later', () => {
    const { db, journal, clock, close } = openJournal(dir.path)
    const alarms = createAlarms({ db, journal, clock })
    watchDisk(journal, alarms)
    const heard: string[] = []
    alarms.onChange(({ id }, change) => heard.push(`${id} ${change}`))
    journal.append([large('before')])
    fill(db)
    expect(() => journal.append([large('refused')])).toThrow(expect.objectContaining({ code: 'E_DISK_FULL' }))
    alarms.raise({ id: 'hot', kind: 'excursion', level: 'alarm', zh: '超温'.repeat(3_000), en: 'hot' })
    expect(heard).toContain('disk raised')
    expect(heard).toContain('hot raised')
    expect(alarms.list().map(({ id }) => id)).toContain('hot')
    expect(() => alarms.acknowledge('hot', 'wang', '已查看'.repeat(2_000))).toThrow(
      expect.objectContaining({ code: 'E_DISK_FULL' }),
    )
    makeRoom(db)
    clock.pass(5_000)
    expect(heard).toContain('disk cleared')
    expect(alarms.list().filter(({ clearedAt }) => clearedAt === null)).toMatchObject([{ id: 'hot' }])
    expect([alarms.open(), db.all('SELECT id FROM alarms').length]).toEqual([1, 2])
    alarms.acknowledge('hot', 'wang', '已查看')
    expect(alarms.list().find(({ id }) => id === 'hot')).toMatchObject({ acknowledgedBy: 'wang' })
    close()
    expect(verifyJournal(dir.path).ok).toBe(true)
  })
})

describe('the alarm of the disk', () => {
  it('ends with the agent that raised it: the next one says it again if it must', () => {
    const dir = temporaryDir()
    const { db, journal, clock, close } = openJournal(dir.path)
    const alarms = createAlarms({ db, journal, clock })
    alarms.raise({ id: 'disk', kind: 'disk', level: 'alarm', zh: '已满', en: 'full' })
    watchDisk(journal, alarms)
    expect(alarms.open()).toBe(0)
    close()
    dir.remove()
  })

  it('is raised too for a file found damaged while the agent runs', () => {
    const malformed = Object.assign(new Error('database disk image is malformed'), { errcode: 11 })
    expect(asDiskError(malformed)).toMatchObject({ code: 'E_DISK_FAULT' })
  })
})

describe('an agent over a disk that refuses', () => {
  it('takes up an interrupted withdrawal and the keys of the centre all the same, and writes it down later', async () => {
    const town = await openTownship()
    try {
      const edge = await town.start()
      const ask = await logIn(edge)
      await ask('/api/withdrawals', { jti: await town.authorise(edge) })
      await untilStep(ask, 'open')
      const { db, journal, dispenser, authorisations, config } = edge.agent
      db.run('PRAGMA query_only = ON')
      authorisations.trust(config.centre.keys)
      expect(await dispenser.recover()).toHaveLength(1)
      expect(dispenser.current()).toMatchObject({ phase: { at: 'review' } })
      expect(journaled(edge, 'withdrawal.interrupted')).toEqual([])
      db.run('PRAGMA query_only = OFF')
      journal.assertWritable()
      expect(journaled(edge, 'withdrawal.interrupted')).toHaveLength(1)
      expect(db.all("SELECT 1 FROM sessions WHERE status = 'review'")).toHaveLength(1)
      town.cabinet.hand.close('D01')
    } finally {
      await town.close()
    }
  })

  it('leaves an order for which there is no room at the centre: it is never refused for that', async () => {
    const town = await openTownship()
    try {
      const edge = await town.start()
      const { db, orders } = edge.agent
      const items = Array.from({ length: 200 }, (_, n) => ({ ...FORMULARY_ITEM, id: `item-${n}` }))
      leaveRoom(db, 22)
      await expect(town.order(edge, 'formulary', { version: '2', items })).rejects.toMatchObject({
        code: 'E_DISK_FULL',
      })
      makeRoom(db)
      expect(journaled(edge, 'order.refused')).toEqual([])
      expect(orders.watermark()).toEqual({ epoch: 1, committed: 0 })
    } finally {
      await town.close()
    }
  })

  it.each([
    ['full', 'E_DISK_FULL', (db: Database) => fill(db), (db: Database) => makeRoom(db)],
    [
      'read-only',
      'E_DISK_READONLY',
      (db: Database) => db.run('PRAGMA query_only = ON'),
      (db: Database) => db.run('PRAGMA query_only = OFF'),
    ],
  ] as const)(
    '(%s) unlocks nothing, says why in plain words, and goes on by itself',
    async (_what, code, refuse, mend) => {
      const town = await openTownship()
      try {
        const edge = await town.start()
        const ask = await logIn(edge)
        const jti = await town.authorise(edge)
        const { db, journal } = edge.agent
        refuse(db)
        expect(() => journal.append([large('fills the last page')])).toThrow(
          expect.objectContaining({ code }),
        )
        const answer = await ask('/api/withdrawals', { jti })
        expect(answer).toMatchObject({
          status: 507,
          body: {
            code,
            message: { zh: expect.stringContaining('不能开抽屉') },
            wayOut: { zh: expect.any(String) },
          },
        })
        expect(town.cabinet.pulses).toEqual([])
        expect((await ask('/api/alarms')).body).toMatchObject([{ id: 'disk', clearedAt: null }])
        mend(db)
        expect((await ask('/api/withdrawals', { jti })).status).toBe(200)
        await untilStep(ask, 'open')
        town.cabinet.hand.take('D01', 2)
        town.cabinet.hand.close('D01')
        await untilStep(ask, 'finished')
        expect(await currentOf(ask)).toMatchObject({ outcome: 'matched' })
        expect(journaled(edge, 'unlock.refused')).toMatchObject([{ code }])
        expect(edge.agent.alarms.list()).toMatchObject([{ id: 'disk', clearedAt: expect.any(String) }])
        await town.stop(edge)
        expect(verifyJournal(town.dataDir).ok).toBe(true)
      } finally {
        await town.close()
      }
    },
  )
})
