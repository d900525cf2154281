import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyJournal } from '#edge/journal/verify.ts'
import { yaogui } from '#test/lib/edge-cli.ts'
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
