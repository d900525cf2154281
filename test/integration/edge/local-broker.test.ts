import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadAccounts } from '#edge/broker/accounts.ts'
import { type LocalBroker, startBroker } from '#edge/broker/broker.ts'
import { temporaryDir } from '#test/lib/edge-journal.ts'
import { until } from '#test/lib/hardware-wait.ts'

let dir: ReturnType<typeof temporaryDir>
let broker: LocalBroker
let secret: string
const clients: MqttClient[] = []
beforeAll(async () => {
  dir = temporaryDir()
  const accounts = loadAccounts(dir.path)
  secret = accounts.reader
  broker = await startBroker({ site: 'heping', host: '127.0.0.1', port: 0, accounts })
  broker.publish('yaogui/local/heping/temperature/F1', { celsius: 4.5 })
})
afterAll(async () => {
  for (const client of clients) await client.endAsync(true)
  await broker.close()
  dir.remove()
})

const connect = async (options: object = {}): Promise<MqttClient> => {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`, {
    username: 'reader',
    password: secret,
    reconnectPeriod: 0,
    ...options,
  })
  clients.push(client)
  return client
}

/** What reaches a client that watches the whole township. */
const watch = async () => {
  const client = await connect()
  const seen: [string, string][] = []
  client.on('message', (topic, payload) => seen.push([topic, payload.toString()]))
  await client.subscribeAsync('yaogui/local/heping/#')
  return { client, seen }
}

describe('the township’s own broker, asked by a stock MQTT client', () => {
  it('shows the reader account the last word of every topic, and what comes after', async () => {
    const { seen } = await watch()
    await until('the retained word', () => seen.length === 1)
    broker.publish('yaogui/local/heping/alarm', { id: 'a1' })
    await until('the new word', () => seen.length === 2)
    expect(seen).toEqual([
      ['yaogui/local/heping/temperature/F1', '{"celsius":4.5}'],
      ['yaogui/local/heping/alarm', '{"id":"a1"}'],
    ])
  })

  it.each([
    '#',
    'yaogui/#',
    '+/+/+/#',
    '$SYS/#',
    'yaogui/v1/#',
    'yaogui/local/qingshui/#',
    'yaogui/local/heping',
  ])('refuses a subscription to %s', async filter => {
    const client = await connect()
    const answer = await client.subscribeAsync(filter).then(
      grants => grants.map(({ qos }) => qos),
      () => [128],
    )
    expect(answer).toEqual([128])
  })

  it('takes no word from anybody: not published, not retained, not as a will', async () => {
    const { seen } = await watch()
    const topic = 'yaogui/local/heping/temperature/F2'
    for (const qos of [0, 1] as const) {
      const writer = await connect()
      const closed = new Promise<void>(resolve => writer.once('close', () => resolve()))
      writer.publish(topic, '{"celsius":99}', { qos, retain: true }, () => {})
      await closed
    }
    const dying = await connect({
      will: { topic, payload: Buffer.from('{"celsius":99}'), qos: 0, retain: true },
    })
    dying.stream.destroy()
    await until('the dying one to be gone', () => !dying.connected)
    broker.publish('yaogui/local/heping/alarm', { id: 'after' })
    await until('the agent’s own word', () => seen.some(([, text]) => text.includes('after')))
    expect(seen.filter(([at]) => at === topic)).toEqual([])
  })

  it.each([
    ['a wrong password', { password: 'wrong' }],
    ['no password', { password: undefined }],
    ['an unknown account', { username: 'admin' }],
    ['no account', { username: undefined, password: undefined }],
  ])('lets nobody in with %s', async (_what, options) => {
    await expect(connect(options)).rejects.toThrow(/not authorized/i)
  })

  it('names the port when it is taken', async () => {
    const again = startBroker({
      site: 'heping',
      host: '127.0.0.1',
      port: broker.port,
      accounts: { reader: 'r', flows: 'f' },
    })
    await expect(again).rejects.toMatchObject({ code: 'E_PORT_TAKEN', wayOut: { en: expect.any(String) } })
  })
})

describe('the accounts of the local broker', () => {
  it('are drawn once, kept, and readable for the agent alone', async () => {
    expect(loadAccounts(dir.path).reader).toBe(secret)
    expect((await stat(join(dir.path, 'local-accounts.json'))).mode & 0o777).toBe(0o600)
  })

  it.each(['', '{"reader":', '{"reader":"","flows":"x"}', 'null'])(
    'are not drawn anew over a file that cannot be read: %j',
    async text => {
      const other = temporaryDir()
      await writeFile(join(other.path, 'local-accounts.json'), text)
      expect(() => loadAccounts(other.path)).toThrow(expect.objectContaining({ code: 'E_ACCOUNTS_FILE' }))
      other.remove()
    },
  )
})
