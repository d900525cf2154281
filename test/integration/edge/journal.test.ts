import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MINUTE } from '#domain/time.ts'
import { clockTrust, TRUSTED_AT } from '#edge/health/clock-trust.ts'
import { getMeta } from '#edge/journal/meta.ts'
import { JOURNAL_FILE } from '#edge/journal/schema.ts'
import { verifyJournal } from '#edge/journal/verify.ts'
import { openJournal, tamper, temporaryDir, writeEight } from '#test/lib/edge-journal.ts'

let dir: ReturnType<typeof temporaryDir>
beforeEach(() => {
  dir = temporaryDir()
})
afterEach(() => dir.remove())

const stopped = (reason: string) => ({ kind: 'agent.stopped', data: { reason } }) as const
const reading = (at: string) =>
  ({
    kind: 'temperature.record',
    data: { thermometer: 'F1', at, celsius: 4, source: 'sensor' },
  }) as const

const COPY_5 = `INSERT INTO journal SELECT 9, epoch, at, mono, boot, clock_trusted, class, kind, data,
  (SELECT hash FROM journal WHERE seq = 8), hash FROM journal WHERE seq = 5`

describe('journal verification', () => {
  beforeEach(() => writeEight(dir.path))

  it('finds nothing in a journal nobody touched', () => {
    expect(verifyJournal(dir.path)).toEqual({
      ok: true,
      epoch: 1,
      events: 8,
      head: 8,
      firstBad: null,
      fault: null,
      dropped: 0,
      startsAfter: null,
      closings: 0,
    })
  })

  it.each([
    [
      'one changed letter',
      5,
      'changed',
      ["UPDATE journal SET data = replace(data, 'marker', 'narker') WHERE seq = 5"],
    ],
    [
      'a time moved by a second',
      1,
      'changed',
      ["UPDATE journal SET at = '2026-11-22T02:00:01.000Z' WHERE seq = 1"],
    ],
    ['the first row removed', 1, 'gap', ['DELETE FROM journal WHERE seq = 1']],
    ['a middle row removed', 4, 'gap', ['DELETE FROM journal WHERE seq = 4']],
    ['the last row removed', 8, 'cut-tail', ['DELETE FROM journal WHERE seq = 8']],
    ['all rows removed', 1, 'cut-tail', ['DELETE FROM journal']],
    ['a row appended', 9, 'changed', [COPY_5]],
    [
      'a row inserted in the middle by moving those behind it',
      4,
      'changed',
      [
        'UPDATE journal SET seq = -seq - 1 WHERE seq >= 4',
        'UPDATE journal SET seq = -seq WHERE seq < 0',
        `INSERT INTO journal SELECT 4, epoch, at, mono, boot, clock_trusted, class, kind, data, prev, hash
         FROM journal WHERE seq = 2`,
      ],
    ],
    [
      'two rows that changed places',
      3,
      'changed',
      [
        'UPDATE journal SET seq = -3 WHERE seq = 3',
        'UPDATE journal SET seq = 3 WHERE seq = 4',
        'UPDATE journal SET seq = 4 WHERE seq = -3',
      ],
    ],
    ['a row of another epoch', 6, 'changed', ['UPDATE journal SET epoch = 2 WHERE seq = 6']],
  ] as const)('finds %s and names the first bad sequence number', (_what, firstBad, fault, statements) => {
    tamper(dir.path, ...statements)
    expect(verifyJournal(dir.path)).toMatchObject({ ok: false, firstBad, fault })
  })

  it('finds one row removed although the head was lowered with it and another row was changed', () => {
    tamper(
      dir.path,
      'DELETE FROM journal WHERE seq = 8',
      `UPDATE meta SET value = json_object('seq', 7, 'hash', '${'0'.repeat(64)}') WHERE key = 'head'`,
    )
    expect(verifyJournal(dir.path)).toMatchObject({ ok: false, firstBad: 7, fault: 'broken-link' })
  })

  it('finds one byte flipped in the file itself', () => {
    const path = join(dir.path, JOURNAL_FILE)
    const bytes = readFileSync(path)
    const at = bytes.indexOf('marker-6')
    bytes[at] = (bytes[at] ?? 0) ^ 1
    writeFileSync(path, bytes)
    expect(verifyJournal(dir.path)).toMatchObject({ ok: false, firstBad: 6, fault: 'changed' })
  })

  it('says how far a file can be read whose pages are damaged', () => {
    const path = join(dir.path, JOURNAL_FILE)
    const bytes = readFileSync(path)
    const page = bytes.indexOf('marker-8') & ~0xfff
    bytes.fill(0xff, page, page + 16)
    writeFileSync(path, bytes)
    expect(verifyJournal(dir.path)).toMatchObject({ ok: false, fault: 'unreadable' })
  })

  it('refuses a folder without a journal, and a file that is none, by code', () => {
    expect(() => verifyJournal(join(dir.path, 'nowhere'))).toThrow(
      expect.objectContaining({ code: 'E_JOURNAL_ABSENT' }),
    )
    writeFileSync(join(dir.path, JOURNAL_FILE), 'this is no database, whatever its name says'.repeat(40))
    expect(() => verifyJournal(dir.path)).toThrow(expect.objectContaining({ code: 'E_JOURNAL_UNREADABLE' }))
    expect(() => openJournal(dir.path)).toThrow(expect.objectContaining({ code: 'E_JOURNAL_DAMAGED' }))
  })
})

describe('the journal', () => {
  it('writes an event and its projection in one transaction, or neither', () => {
    const { journal, db, close } = openJournal(dir.path)
    journal.append([stopped('one')])
    expect(() =>
      journal.append([stopped('two')], () => {
        db.run("INSERT INTO meta VALUES ('half', 'done')")
        throw new Error('the projection failed')
      }),
    ).toThrow('the projection failed')
    expect(journal.head()).toBe(1)
    expect(journal.read(0, 10)).toHaveLength(1)
    expect(db.get("SELECT value FROM meta WHERE key = 'half'")).toBeUndefined()
    journal.append([stopped('three')], () => db.run("INSERT INTO meta VALUES ('whole', 'done')"))
    expect(journal.read(1, 10)).toMatchObject([{ seq: 2, data: '{"reason":"three"}' }])
    close()
    expect(verifyJournal(dir.path).ok).toBe(true)
  })

  it('goes on with the chain after it was closed and opened', () => {
    writeEight(dir.path)
    const { journal, close } = openJournal(dir.path)
    expect(journal.head()).toBe(8)
    const [record] = journal.append([stopped('again')])
    expect(record).toMatchObject({ seq: 9, prev: journal.read(7, 1)[0]?.hash })
    close()
    expect(verifyJournal(dir.path)).toMatchObject({ ok: true, events: 9 })
  })

  it('lets nobody change or delete a row (R9, R19)', () => {
    const { journal, db, close } = openJournal(dir.path)
    journal.append([stopped('one')])
    expect(() => db.run("UPDATE journal SET data = ''")).toThrow('append-only')
    expect(() => db.run('DELETE FROM journal')).toThrow('append-only')
    close()
  })

  it('holds periodic records for five seconds at most, and writes them before what came after them', () => {
    const { journal, clock, close } = openJournal(dir.path)
    journal.record(reading('a'))
    clock.pass(1_000)
    journal.record(reading('b'))
    expect(journal.head()).toBe(0)
    clock.pass(4_000)
    expect(journal.head()).toBe(2)
    journal.record(reading('c'))
    expect(journal.append([stopped('now')])).toMatchObject([{ seq: 4, kind: 'agent.stopped' }])
    expect(journal.read(0, 10).map(({ kind, at }) => [kind, at.slice(17, 19)])).toEqual([
      ['temperature.record', '00'],
      ['temperature.record', '01'],
      ['temperature.record', '05'],
      ['agent.stopped', '05'],
    ])
    close()
  })

  it('keeps periodic records that the disk refused and writes them later', () => {
    const { journal, db, clock, errors, close } = openJournal(dir.path)
    db.run('PRAGMA query_only = ON')
    journal.record(reading('a'))
    clock.pass(5_000)
    expect([journal.head(), errors.length]).toEqual([0, 1])
    db.run('PRAGMA query_only = OFF')
    clock.pass(5_000)
    expect(journal.read(0, 10)).toMatchObject([{ seq: 1, data: expect.stringContaining('"a"') }])
    close()
  })

  it('keeps what is written acknowledged, whatever a listener makes of it', () => {
    const { journal, close } = openJournal(dir.path)
    journal.onAppend(() => {
      throw new Error('a part of the agent fails')
    })
    expect(journal.append([stopped('one')]).map(({ seq }) => seq)).toEqual([1])
    expect(journal.head()).toBe(1)
    close()
  })

  it('tells who listens only of what is on the disk', () => {
    const { journal, close } = openJournal(dir.path)
    const seen: number[] = []
    const off = journal.onAppend(records => seen.push(...records.map(({ seq }) => seq)))
    journal.append([stopped('one'), stopped('two')])
    off()
    journal.append([stopped('three')])
    expect(seen).toEqual([1, 2])
    close()
  })

  it('marks what was written under a clock that cannot be right', () => {
    const { journal, db, clock, close } = openJournal(dir.path)
    const trust = () => clockTrust({ db, clock })
    expect(trust()).toBe(true)
    journal.append([stopped('one')])
    clock.set(new Date(clock.now().getTime() - MINUTE).toISOString())
    expect(trust()).toBe(false)
    clock.set('1970-01-01T00:00:10.000Z')
    expect(trust()).toBe(false)
    close()
  })

  it('marks it so too when the clock is set right before it is written', () => {
    let trusted = false
    const { journal, db, clock, close } = openJournal(dir.path, () => trusted)
    journal.record(reading('a'))
    trusted = true
    clock.pass(5_000)
    expect(journal.read(0, 10)).toMatchObject([{ clockTrusted: false }])
    expect(getMeta(db, TRUSTED_AT)).toBeUndefined()
    close()
  })
})
