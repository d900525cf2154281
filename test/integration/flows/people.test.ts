import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NodeRedHost } from '#flows/runtime/host.ts'
import { callEditor, openFlowsHouse, statusIs } from '#test/lib/flows-house.ts'

const login = (host: NodeRedHost, username: string, password: string): Promise<Response> =>
  fetch(`http://127.0.0.1:${host.port}/flows/auth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_id: 'node-red-editor',
      grant_type: 'password',
      scope: '',
      username,
      password,
    }),
  })

const firstAnswer = (host: NodeRedHost, token: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${host.port}/flows/comms`)
    socket.onopen = () => socket.send(JSON.stringify({ auth: token }))
    socket.onerror = () => reject(new Error('no connection'))
    socket.onmessage = ({ data }) => {
      socket.close()
      resolve(JSON.parse(data))
    }
  })

describe('people at the flow editor', () => {
  let house: Awaited<ReturnType<typeof openFlowsHouse>>
  let host: NodeRedHost

  beforeAll(async () => {
    house = await openFlowsHouse({ flows: [] })
    host = await house.start()
    await statusIs(host, 'ready')
  })
  afterAll(async () => {
    await host.stop()
    await house.close()
  })

  it('are shown the editor under its own title, in Chinese', async () => {
    const page = await (await callEditor(host, '/')).text()
    expect(page).toContain('<title>药柜 · 流程</title>')
    const locale = await callEditor(
      host,
      '/nodes/@yaogui/node-red-nodes/yaogui-temperature/messages?lng=zh-CN',
    )
    expect(JSON.stringify(await locale.json())).toContain('温度计编号')
  })

  it('see nothing without a login or with a wrong one', async () => {
    expect((await callEditor(host, '/flows', { headers: { authorization: '' } })).status).toBe(401)
    expect((await callEditor(host, '/flows', { headers: { authorization: 'Bearer made-up' } })).status).toBe(
      401,
    )
    expect((await login(host, 'wang', '0000')).status).toBe(403)
    expect(await firstAnswer(host, 'made-up')).toEqual({ auth: 'fail' })
  })

  it('log in at the editor’s page with name and PIN', async () => {
    const { access_token: token } = (await (await login(host, 'wang', '2468')).json()) as {
      access_token: string
    }
    const response = await callEditor(host, '/flows', { headers: { authorization: `Bearer ${token}` } })
    expect(response.status).toBe(200)
    expect(await firstAnswer(host, token)).toEqual({ auth: 'ok' })
  })

  it('may look but not deploy as a viewer, and not touch the palette even as a technician', async () => {
    const viewer = { headers: { authorization: 'Bearer session-li' } }
    expect((await callEditor(host, '/flows', viewer)).status).toBe(200)
    expect((await callEditor(host, '/flows', { ...viewer, method: 'POST', body: '[]' })).status).toBe(401)
    expect(await firstAnswer(host, 'session-li')).toEqual({ auth: 'ok' })
    const install = { method: 'POST', body: '{"module":"node-red-contrib-x"}' }
    expect([401, 404]).toContain((await callEditor(host, '/nodes', install)).status)
    expect(house.saves.all).toEqual([])
  })
})
