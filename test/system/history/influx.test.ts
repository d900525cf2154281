import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openHistory } from '#cloud-sync/history/open.ts'
import { describeHistory } from '#test/lib/history-contract.ts'
import { type Influxd, startInfluxd } from '#test/lib/history-influxd.ts'

let influxd: Influxd
beforeAll(async () => {
  influxd = await startInfluxd()
})
afterAll(() => influxd?.stop())

let database = 0
const open = () => openHistory({ dataDir: '/nonexistent', influxUrl: `${influxd.url}/contract_${database}` })

describeHistory('InfluxDB', {
  open,
  reset: async () => {
    database += 1
  },
})

const away = { code: 'E_HISTORY_AWAY', kind: 'transient' }
const key = { series: 'temperature', site: 'S001', channel: 'F1' }

describe('a history in InfluxDB that is away', () => {
  it('is a transient error at writing and reading', async () => {
    const other = await startInfluxd()
    const history = await openHistory({ dataDir: '/nonexistent', influxUrl: other.url })
    await other.stop()
    await expect(history.write([{ ...key, at: 1, value: 4 }])).rejects.toMatchObject(away)
    await expect(history.range({ ...key, from: 0, to: 1 })).rejects.toMatchObject(away)
  })

  it('does not hold up the start of the agent: it opens, and says so at each use', async () => {
    const other = await startInfluxd()
    await other.stop()
    const history = await openHistory({ dataDir: '/nonexistent', influxUrl: other.url })
    await expect(history.write([{ ...key, at: 1, value: 4 }])).rejects.toMatchObject(away)
    await history.close()
  })

  it('is a permanent error when the database was dropped', async () => {
    const history = await openHistory({ dataDir: '/nonexistent', influxUrl: `${influxd.url}/dropped` })
    await fetch(`${influxd.url}/query`, {
      method: 'POST',
      body: new URLSearchParams({ q: 'DROP DATABASE dropped' }),
    })
    const point = { series: 'temperature', site: 'S001', channel: 'F1', at: 1, value: 4 }
    await expect(history.write([point])).rejects.toMatchObject({
      code: 'E_HISTORY_REFUSED',
      kind: 'permanent',
    })
  })
})
