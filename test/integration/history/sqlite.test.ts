import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { openHistory } from '#cloud-sync/history/open.ts'
import { describeHistory } from '#test/lib/history-contract.ts'

const made: string[] = []
let dataDir = ''
const reset = async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'yaogui-history-'))
  made.push(dataDir)
}
const open = () => openHistory({ dataDir, influxUrl: '' })

afterAll(() => Promise.all(made.map(folder => rm(folder, { recursive: true }))))

describeHistory('SQLite', { open, reset })

describe('the history file', () => {
  beforeEach(reset)
  const file = () => join(dataDir, 'history.sqlite')

  it('refuses a damaged file and leaves every byte of it', async () => {
    const bytes = Buffer.from('not a database, but somebody’s record. '.repeat(200))
    await writeFile(file(), bytes)
    await expect(open()).rejects.toMatchObject({ code: 'E_HISTORY_UNREADABLE', kind: 'permanent' })
    expect(await readFile(file())).toEqual(bytes)
  })

  it('says that it is unreadable when the damage is found only while reading', async () => {
    const key = { series: 'temperature', site: 'S001', channel: 'F1' }
    const history = await open()
    await history.write(Array.from({ length: 1000 }, (_, at) => ({ ...key, at, value: 5 })))
    await history.close()
    const bytes = await readFile(file())
    await writeFile(file(), bytes.fill(0xee, 4096))
    const damaged = await open()
    await expect(damaged.range({ ...key, from: 0, to: 1000 })).rejects.toMatchObject({
      code: 'E_HISTORY_UNREADABLE',
      kind: 'permanent',
    })
    await damaged.close()
  })

  it('refuses a file of a later version', async () => {
    await (await open()).close()
    const db = new DatabaseSync(file())
    db.exec('PRAGMA user_version = 99')
    db.close()
    await expect(open()).rejects.toMatchObject({ code: 'E_HISTORY_UNREADABLE' })
  })

  it('can be read by one connection while another writes', async () => {
    const writer = await open()
    const reader = await open()
    const key = { series: 'temperature', site: 'S001', channel: 'F1' }
    await writer.write([{ ...key, at: 1, value: 4 }])
    expect(await reader.range({ ...key, from: 0, to: 2 })).toEqual([{ at: 1, value: 4 }])
    await Promise.all([writer.close(), reader.close()])
  })
})
