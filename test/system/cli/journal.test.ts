import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyJournal } from '#edge/journal/verify.ts'
import { createStock } from '#edge/stock/stock.ts'
import { yaogui } from '#test/lib/edge-cli.ts'
import { counted } from '#test/lib/edge-holdings.ts'
import { openJournal, tamper, temporaryDir, writeEight } from '#test/lib/edge-journal.ts'

const dirs: ReturnType<typeof temporaryDir>[] = []
const journal = (...statements: readonly string[]): string => {
  const dir = temporaryDir()
  dirs.push(dir)
  writeEight(dir.path)
  if (statements.length > 0) tamper(dir.path, ...statements)
  return dir.path
}
afterAll(() => {
  for (const dir of dirs) dir.remove()
})

describe('yaogui journal verify', () => {
  it('says that an untouched journal is intact, and exits 0', async () => {
    const dir = journal()
    expect(await yaogui(['journal', 'verify', dir])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/8 条记录.*8 records, chain intact/),
    })
    const { out } = await yaogui(['journal', 'verify', dir, '--json'])
    expect(JSON.parse(out)).toEqual(verifyJournal(dir))
  })

  it.each([
    ['a changed record', 3, '改动', "UPDATE journal SET data = replace(data, '3', '4') WHERE seq = 3"],
    ['a removed record', 5, '缺失', 'DELETE FROM journal WHERE seq = 5'],
    ['a removed end', 8, '末尾', 'DELETE FROM journal WHERE seq = 8'],
    [
      'an inserted record',
      9,
      '9',
      'INSERT INTO journal SELECT 9, epoch, at, mono, boot, clock_trusted, class, kind, data, prev, hash FROM journal WHERE seq = 8',
    ],
  ])('names the first bad sequence number of %s, and exits 1', async (_what, seq, words, statement) => {
    const dir = journal(statement)
    const { code, out } = await yaogui(['journal', 'verify', dir])
    expect(code).toBe(1)
    expect(out).toContain(`从序号 ${seq} 开始`)
    expect(out).toContain(`bad from seq ${seq}`)
    expect(out).toContain(words)
    const json = await yaogui(['journal', 'verify', dir, '--json'])
    expect([json.code, JSON.parse(json.out).firstBad]).toEqual([1, seq])
  })

  it('says what to do where there is no journal', async () => {
    const { code, out, err } = await yaogui(['journal', 'verify', '/nowhere'])
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/^E_JOURNAL_ABSENT .*\n.*\n {2}→ /)
  })
})

describe('yaogui journal ledger', () => {
  /** Ten packs that a first filling counted, and what was done to the file afterwards. */
  const filled = (...statements: readonly string[]): string => {
    const dir = temporaryDir()
    dirs.push(dir)
    const held = openJournal(dir.path)
    createStock(held).count('wang', [counted()])
    held.close()
    if (statements.length > 0) tamper(dir.path, ...statements)
    return dir.path
  }

  it('prints what the records add up to, and exits 0 where the table of lots says the same', async () => {
    const dir = filled()
    const { code, out } = await yaogui(['journal', 'ledger', dir])
    expect(code).toBe(0)
    expect(out).toContain('D01\tamlodipine-5\tL1\t10\n')
    expect(out).toMatch(/平：截至序号 1.*balanced up to record 1/)
    const json = await yaogui(['journal', 'ledger', dir, '--json'])
    expect(JSON.parse(json.out)).toMatchObject({ balanced: true, upTo: 1, startsAfter: 0, differences: [] })
  })

  it('names the row that was changed by hand, and exits 1', async () => {
    const { code, out } = await yaogui(['journal', 'ledger', filled('UPDATE lots SET quantity = 7')])
    expect(code).toBe(1)
    expect(out).toContain('不平 / differs：D01 amlodipine-5 L1：库存表 table 7，日志 journal 10')
  })

  it('says so where the records before are gone and nothing was carried over', async () => {
    const dropped = `INSERT INTO journal_closings (to_seq, from_seq, day, body, record_bytes, lasting_bytes, lasting_dropped)
      VALUES (1, 1, '2021-01-01', '{}', 0, 0, 1)`
    const { code, out } = await yaogui(['journal', 'ledger', filled(dropped)])
    expect([code, out]).toEqual([1, expect.stringContaining('无法对账')])
  })
})

/** A reader of CSV by the rules of RFC 4180. */
const readCsv = (text: string): string[][] =>
  text
    .trimEnd()
    .split('\n')
    .map(line =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
      ),
    )

describe('yaogui journal export', () => {
  let dir: string
  let records: readonly object[]
  beforeAll(() => {
    dir = journal()
    const { journal: open, close } = openJournal(dir)
    records = open.read(0, 100)
    close()
  })

  it('writes every record as a line of JSON that is as it was hashed', async () => {
    const { code, out } = await yaogui(['journal', 'export', dir])
    expect(code).toBe(0)
    expect(
      out
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line)),
    ).toEqual(records)
  })

  it('writes the same as CSV, commas and quotes and all', async () => {
    const { code, out } = await yaogui(['journal', 'export', dir, '--format', 'csv'])
    expect(code).toBe(0)
    const [header = [], ...rows] = readCsv(out)
    expect(rows.map(row => Object.fromEntries(row.map((cell, at) => [header[at], cell])))).toEqual(
      records.map(record =>
        Object.fromEntries(Object.entries(record).map(([key, value]) => [key, String(value)])),
      ),
    )
  })

  it('refuses a format it does not know, and exits 2', async () => {
    const { code, out, err } = await yaogui(['journal', 'export', dir, '--format', 'xml'])
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(/^E_USAGE .*xml/)
  })
})
