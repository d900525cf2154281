import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { wrapDatabase } from '#edge/journal/database.ts'
import { getMeta } from '#edge/journal/meta.ts'
import { openJournalFile } from '#edge/journal/open.ts'
import { salvageRecords } from '#edge/journal/salvage.ts'
import { JOURNAL_FILE } from '#edge/journal/schema.ts'
import { verifyJournal } from '#edge/journal/verify.ts'
import { edgeClock } from '#test/lib/edge-clock.ts'
import { openJournal, tamper, temporaryDir } from '#test/lib/edge-journal.ts'
import { item, journaled, logIn, openTownship, untilStep } from '#test/lib/edge-township.ts'

let dir: ReturnType<typeof temporaryDir>
beforeEach(() => {
  dir = temporaryDir()
})
afterEach(() => dir.remove())

const path = () => join(dir.path, JOURNAL_FILE)
const RECORDS = 200

/** Two hundred records of which the centre has the first fifty. */
const write = (): void => {
  const { db, journal, close } = openJournal(dir.path)
  for (let n = 1; n <= RECORDS; n++)
    journal.append([{ kind: 'drawer.tamper', data: { drawer: `marker-${n}-${'x'.repeat(200)}` } }])
  journal.markCommitted(50)
  db.run("INSERT INTO trusted_keys VALUES ('k1', '{}')")
  close()
}

/** The damaged file as a working day left it; the test's clock is not the one that wrote it. */
const lastWrittenAt = (at: string): void => {
  if (existsSync(path())) utimesSync(path(), new Date(at), new Date(at))
}

/** Overwrites the page that holds these bytes, as a failing card does. */
const spoil = (file: string, marker: string): void => {
  const bytes = readFileSync(file)
  const at = bytes.indexOf(marker) & ~0xfff
  bytes.fill(0xa5, at, at + 4096)
  writeFileSync(file, bytes)
}

const reopen = () => {
  const db = wrapDatabase(openJournalFile(dir.path, edgeClock('2026-11-23T02:00:00.000Z')))
  const opened = db.get<{ data: string }>("SELECT data FROM journal WHERE kind = 'journal.opened'")
  const salvaged = db
    .all<{ data: string }>("SELECT data FROM journal WHERE kind = 'journal.salvaged' ORDER BY seq")
    .map(({ data }) => (JSON.parse(data) as { record: { seq: number; epoch: number } }).record)
  const result = {
    epoch: Number(getMeta(db, 'epoch') ?? 1),
    opened: JSON.parse(opened?.data ?? 'null') as {
      previousEpoch: number | null
      quarantined: string | null
      missing: [number, number][]
    } | null,
    salvaged,
    keys: db.all('SELECT kid FROM trusted_keys').length,
    countAllSince: getMeta(db, 'countAllSince'),
    doubtBefore: getMeta(db, 'doubtBefore'),
  }
  db.close()
  return result
}

describe('a damaged journal', () => {
  it('is set aside, what can be read is carried into a new epoch, and what cannot is named', () => {
    write()
    spoil(path(), 'marker-120-')
    const { epoch, opened, salvaged, keys, countAllSince } = reopen()
    expect(epoch).toBe(2)
    expect(opened).toMatchObject({ previousEpoch: 1 })
    expect(existsSync(opened?.quarantined ?? '')).toBe(true)
    const lost = (opened?.missing ?? []).reduce((sum, [from, to]) => sum + to - from + 1, 0)
    expect(lost).toBeGreaterThan(0)
    expect(lost).toBeLessThan(30)
    expect(salvaged.length + lost).toBe(RECORDS - 50)
    expect(new Set(salvaged.map(one => one.epoch))).toEqual(new Set([1]))
    expect([keys, countAllSince]).toEqual([1, '2026-11-23T02:00:00.000Z'])
    expect(verifyJournal(dir.path)).toMatchObject({ ok: true, epoch: 2 })
    expect(reopen()).toMatchObject({ epoch: 2, salvaged: { length: salvaged.length } })
  })

  it('that lost its end keeps all that is before it', () => {
    write()
    truncateSync(path(), (readFileSync(path()).length >> 13) << 12)
    const { epoch, salvaged, opened } = reopen()
    expect(epoch).toBeGreaterThan(1)
    expect(opened?.quarantined).toMatch(/journal\.db\.damaged-/)
    expect(salvaged.length).toBeLessThan(RECORDS)
  })

  it.each([
    ['is no database any more', () => writeFileSync(path(), 'noise '.repeat(5_000))],
    ['is empty', () => writeFileSync(path(), '')],
    ['is gone', () => rmSync(path())],
  ])('that %s begins an epoch larger than any before, and doubts what it knew', (_what, harm) => {
    write()
    writeFileSync(join(dir.path, 'site-key.json'), '{}')
    harm()
    lastWrittenAt('2026-11-22T09:00:00.000Z')
    const { epoch, opened, salvaged, doubtBefore } = reopen()
    expect(epoch).toBeGreaterThan(1_000_000)
    expect(opened).toMatchObject({ previousEpoch: null })
    expect([salvaged.length, doubtBefore]).toEqual([0, '2026-11-23T02:00:00.000Z'])
    expect(verifyJournal(dir.path)).toMatchObject({ ok: true, epoch })
  })

  it('is salvaged by the next start if the power failed when it had just been moved aside', () => {
    write()
    spoil(path(), 'marker-120-')
    const aside = `${path()}.damaged-2026-11-23T01-00-00.000Z`
    writeFileSync(`${path()}.salvaging`, basename(aside))
    renameSync(path(), aside)
    writeFileSync(`${path()}.rebuilt`, 'half')
    const { epoch, salvaged } = reopen()
    expect(epoch).toBe(2)
    expect(salvaged.length).toBeGreaterThan(100)
    expect(readdirSync(dir.path).filter(name => /rebuilt|salvaging/.test(name))).toEqual([])
  })

  it('that is gone is not made from one that was salvaged before: what was used since would be waiting again', () => {
    write()
    writeFileSync(join(dir.path, 'site-key.json'), '{}')
    spoil(path(), 'marker-120-')
    expect(reopen().epoch).toBe(2)
    rmSync(path())
    const { epoch, opened, doubtBefore } = reopen()
    expect(epoch).toBeGreaterThan(1_000_000)
    expect(opened).toMatchObject({ previousEpoch: null, quarantined: null })
    expect(doubtBefore).toBe('2026-11-23T02:00:00.000Z')
  })

  it('makes orders doubtful up to its last writing when the clock starts in the past', () => {
    write()
    writeFileSync(path(), 'noise '.repeat(5_000))
    lastWrittenAt('2026-11-23T05:00:00.000Z')
    expect(reopen()).toMatchObject({ doubtBefore: '2026-11-23T05:00:00.000Z' })
  })

  it('is read to its end although nothing says how far it went and retention dropped its beginning', () => {
    const { journal, close } = openJournal(dir.path)
    const drawers = Array.from({ length: 2_150 }, (_, n) => `D${n}`)
    journal.append(drawers.map(drawer => ({ kind: 'drawer.tamper', data: { drawer } }) as const))
    close()
    tamper(dir.path, 'DELETE FROM meta', 'DELETE FROM journal WHERE seq <= 2100')
    const db = new DatabaseSync(path(), { readOnly: true })
    expect([...salvageRecords(db, 0)].map(({ seq }) => seq)).toEqual(
      Array.from({ length: 50 }, (_, n) => 2_101 + n),
    )
    db.close()
  })

  it('loses no row of a table of which only the index is damaged', () => {
    write()
    const kids = Array.from({ length: 299 }, (_, n) => `kid-${n}-${'x'.repeat(200)}`)
    tamper(dir.path, ...kids.map(kid => `INSERT INTO trusted_keys VALUES ('${kid}', 'row')`))
    const bytes = readFileSync(path())
    const page = Array.from({ length: bytes.length / 4096 }, (_, n) => n * 4096).find(at => {
      const text = bytes.toString('latin1', at, at + 4096)
      return text.includes('kid-120-') && !text.includes('row')
    })
    if (page === undefined) throw new Error('the index has no page of its own')
    writeFileSync(path(), bytes.fill(0xa5, page, page + 4096))
    expect(reopen()).toMatchObject({ epoch: 2, keys: 300 })
  })

  it('of a new folder is none: an empty file before the first start is filled', () => {
    writeFileSync(path(), '')
    expect(reopen()).toMatchObject({ epoch: 1, opened: null })
  })
})

describe('an agent over a damaged journal', () => {
  it('starts, says so, dispenses no older order that it cannot be sure of, and takes no old list for a count', async () => {
    const town = await openTownship()
    try {
      const first = await town.start()
      const used = await town.authorise(first, { items: [item('metformin-500', 2)] })
      const claims = town.claims({ items: [item('metformin-500', 2)] })
      const token = await town.sign(claims)
      const ask = await logIn(first)
      await ask('/api/withdrawals', { jti: used })
      await untilStep(ask, 'open')
      town.cabinet.hand.take('D01', 2)
      town.cabinet.hand.close('D01')
      await untilStep(ask, 'finished')
      await town.stop(first)
      writeFileSync(join(town.dataDir, JOURNAL_FILE), 'noise '.repeat(5_000))
      const second = await town.start()
      expect(second.agent.alarms.list()).toMatchObject([
        { id: 'journal-beside', clearedAt: null },
        { id: 'journal-damaged', clearedAt: null },
      ])
      const again = await logIn(second)
      expect((await again('/api/withdrawals', { token })).body.code).toBe('E_RX_USED')
      expect(second.agent.stock.lots()).toEqual([])
      expect(journaled(second, 'journal.opened')).toHaveLength(1)
      expect(town.cabinet.pulses).toEqual([1])
    } finally {
      await town.close()
    }
  })
})
