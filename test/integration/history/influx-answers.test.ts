import { once } from 'node:events'
import { createServer } from 'node:http'
import { expect, it } from 'vitest'
import { openInfluxHistory } from '#cloud-sync/history/influx.ts'
import { openHistory } from '#cloud-sync/history/open.ts'

it('an answer of InfluxDB that is cut off in its middle is a transient error, not an endless wait', async () => {
  const server = createServer((request, response) => {
    if (request.url?.includes('create')) return response.end('{"results":[{}]}')
    response.writeHead(200, { 'content-length': 1000 }).write('{"results":[', () => response.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  // The same deadline holds for the opening, which must not fail on a busy machine.
  const history = await openInfluxHistory({ url: `http://127.0.0.1:${address.port}`, deadlineMs: 3_000 })
  const range = { series: 'temperature', site: 'S001', channel: 'F1', from: 0, to: 1 }
  await expect(history.range(range)).rejects.toMatchObject({ code: 'E_HISTORY_AWAY', kind: 'transient' })
  server.close()
})

it.each(['influx:8086', 'http://', 'localhost'])('INFLUX_URL=%s is a permanent error', async influxUrl => {
  const opening = openHistory({ dataDir: '/nonexistent', influxUrl })
  await expect(opening).rejects.toMatchObject({ code: 'E_HISTORY_URL', kind: 'permanent' })
})
