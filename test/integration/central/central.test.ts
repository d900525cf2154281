import { type ChildProcess, spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Check } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ApiDeps } from '#central/api/deps.ts'
import { allRoutes } from '#central/api/server.ts'
import { startCentral } from '#central/main.ts'
import type { RxView, SiteStatusView } from '#cloud-sync/contract/central-api.ts'
import { formatShanghai } from '#domain/time.ts'
import {
  createApiClient,
  goodPrescription,
  PEOPLE,
  SITES,
  silent,
  startTestCentral,
  temporaryFolder,
} from '../../lib/central-fixture.ts'
import { createJournal } from '../../lib/central-journal.ts'
import { connectSite } from '../../lib/central-site.ts'

type Hello = { readonly url: string; readonly mqttPort: number; readonly code?: string }

/** The first needs records: held against the outside schema in test/system/cold-chain; the second a recall: in goods.test. */
const ELSEWHERE = ['/api/cold-chain/cce', '/api/recalls/:recall/dispensed']

describe('the centre', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let test: Awaited<ReturnType<typeof startTestCentral>>
  const children: ChildProcess[] = []
  beforeAll(async () => {
    folder = await temporaryFolder()
    test = await startTestCentral(folder.path)
  })
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL')
    await test.central.close()
    await folder.remove()
  })

  const spawnCentral = async () => {
    const script = fileURLToPath(import.meta.resolve('../../lib/central-child.ts'))
    const child = spawn(process.execPath, [script, folder.path], { stdio: ['ignore', 'pipe', 'inherit'] })
    children.push(child)
    for await (const line of createInterface({ input: child.stdout }))
      return { child, hello: JSON.parse(line) as Hello }
    throw new Error('the child said nothing')
  }
  const exited = (child: ChildProcess) =>
    new Promise(resolve =>
      child.exitCode === null && !child.signalCode ? child.once('exit', resolve) : resolve(0),
    )

  it('keeps its folder, with the signing key in it, for its owner only', () => {
    expect(statSync(folder.path).mode & 0o777).toBe(0o700)
  })

  it('answers every reading route in the shape it documents', async () => {
    const doctor = await test.as('li')
    const { body } = await doctor.post<RxView>('/api/prescriptions', goodPrescription({ diseinfo: [] }))
    const reviewer = await test.as('wang')
    const site = await connectSite({ port: test.central.mqttPort, site: 's001', secret: 'secret-of-s001' })
    await site.online()
    await site.publish(site.topics.live, {
      site: 's001',
      at: '2026-11-22T01:30:00.000Z',
      thermometers: [
        { id: 'F1', name: '冷藏柜', celsius: 4.2, low: 2, high: 8, at: '2026-11-22T01:30:00.000Z' },
      ],
      stock: [{ drug: 'amlodipine-5', lot: 'L1', expiry: '2027-12-31', drawer: 'D01', quantity: 12 }],
      alarms: 0,
    })
    await expect
      .poll(async () => (await reviewer.get<SiteStatusView[]>('/api/sites')).body[0])
      .toMatchObject({
        online: true,
        stock: [{ name: '苯磺酸氨氯地平片', quantity: 12 }],
        kioskUrl: 'http://127.0.0.1:9001',
      })
    await site.close()
    const names = { ':id': body.id, ':site': 's001', ':thermometer': 'F1', ':name': 'par' }
    const query = '?site=s001&thermometer=F1'
    const window = '?from=2026-11-21T00:00:00Z&to=2026-11-22T02:00:00Z'
    const reading = allRoutes({} as ApiDeps).filter(
      ({ method, url }) => method === 'GET' && !ELSEWHERE.includes(url),
    )
    expect(reading.length).toBeGreaterThan(10)
    for (const { url, answer } of reading) {
      const place = Object.entries(names).reduce((text, [name, value]) => text.replace(name, value), url)
      const path =
        place + (url.endsWith('temperatures') ? query : '') + (url.includes(':thermometer') ? window : '')
      const { status, body: value } = await reviewer.get(path)
      expect([path, status, Check(answer, value)]).toEqual([path, 200, true])
    }
  })

  it('describes itself in OpenAPI and forbids foreign scripts', async () => {
    const { body, headers } = await test.anonymous.get<{ openapi: string; paths: Record<string, unknown> }>(
      '/openapi.json',
    )
    expect(body.openapi).toBe('3.1.0')
    expect(Object.keys(body.paths)).toContain('/api/prescriptions/{id}/approve')
    expect(headers.get('content-security-policy')).toContain("default-src 'self'")
    expect((await fetch(`${test.central.url}/`)).headers.get('content-type')).toContain('text/html')
    expect((await fetch(`${test.central.url}/docs`)).status).toBe(200)
  })

  it('tells watchers what changed, and only those who are logged in', async () => {
    expect((await fetch(`${test.central.url}/api/stream?token=guess`)).status).toBe(401)
    const login = { user: 'wang', pin: '135790' }
    const { body } = await test.anonymous.post<{ token: string }>('/api/login', login)
    const abort = new AbortController()
    const response = await fetch(`${test.central.url}/api/stream?token=${body.token}`, {
      signal: abort.signal,
    })
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    const doctor = await test.as('li')
    await doctor.post('/api/prescriptions', goodPrescription())
    let text = ''
    while (!text.includes('event: changed')) text += (await reader?.read())?.value ?? ''
    expect(text).toContain('data: {"topics":["prescriptions"]}')
    abort.abort()
  })

  it('goes on where it was after a restart: sessions, keys, orders', async () => {
    const reviewer = await test.as('wang')
    const before = (await reviewer.get<RxView[]>('/api/prescriptions')).body
    const keys = test.central.publicKeys()
    const { body } = await test.anonymous.post<{ token: string }>('/api/login', {
      user: 'wang',
      pin: '135790',
    })
    await test.central.close()
    test = await startTestCentral(folder.path)
    const again = createApiClient(test.central.url, body.token)
    expect((await again.get<RxView[]>('/api/prescriptions')).body).toEqual(before)
    expect(test.central.publicKeys()).toEqual(keys)
    const sites = (await again.get<SiteStatusView[]>('/api/sites')).body
    expect(sites.map(({ online, orders }) => [online, orders.head])).toEqual([
      [false, 2],
      [false, 2],
    ])
  })

  it('refuses to open a folder that another centre has open', async () => {
    const options = { dataDir: folder.path, county: 'yunxi', sites: SITES, log: silent }
    await expect(startCentral(options)).rejects.toMatchObject({ code: 'E_DB_IN_USE' })
    const { child, hello } = await spawnCentral()
    expect(hello.code).toBe('E_DB_IN_USE')
    await exited(child)
  })

  it('loses nothing it has confirmed when it is killed', async () => {
    await test.central.close()
    const { child, hello } = await spawnCentral()
    const anonymous = createApiClient(hello.url)
    const login = async (id: string) => {
      const pin = PEOPLE.find(person => person.id === id)?.pin
      const { body } = await anonymous.post<{ token: string }>('/api/login', { user: id, pin })
      return createApiClient(hello.url, body.token)
    }
    const site = await connectSite({ port: hello.mqttPort, site: 's002', secret: 'secret-of-s002' })
    await site.online()
    const prescription = goodPrescription({
      site: 's002',
      prsc_time: formatShanghai(new Date()),
      valid_days: 3,
    })
    const { body: rx } = await (await login('li')).post<RxView>('/api/prescriptions', prescription)
    await (await login('wang')).post(`/api/prescriptions/${rx.id}/approve`)
    const { records, append } = createJournal()
    for (let n = 0; n < 200; n++) append('temperature.fault', { thermometer: 'F1', at: '', fault: 'crc' })
    await site.sendHistory(records)
    await site.next(site.topics.historyAck, ({ committed }) => committed === 200)
    child.kill('SIGKILL')
    await exited(child)

    test = await startTestCentral(folder.path)
    const reviewer = await test.as('wang')
    const found = (await reviewer.get<RxView>(`/api/prescriptions/${rx.id}`)).body
    expect([found.decision?.action, found.release?.order]).toEqual(['approve', 3])
    const [, s002] = (await reviewer.get<SiteStatusView[]>('/api/sites')).body
    expect(s002).toMatchObject({ site: 's002', events: 200, missing: 0, orders: { head: 3 } })
  })
})
