import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultFlows } from '#flows/examples/default.ts'
import { allowedTypes } from '#flows/runtime/gate.ts'
import type { NodeRedHost } from '#flows/runtime/host.ts'
import { callEditor, deploy, openFlowsHouse, statusIs } from '#test/lib/flows-house.ts'

const temperature = (celsius: number | null, thermometer = 'fridge-1') => ({
  thermometer,
  name: '一号冰箱',
  celsius,
  quality: celsius === null ? 'bad' : 'good',
  at: '2026-11-22T09:30:00.000+08:00',
})

const topic = 'yaogui/local/dahe/temperature/fridge-1'

describe('Node-RED as a guest', () => {
  let house: Awaited<ReturnType<typeof openFlowsHouse>>
  let host: NodeRedHost

  beforeAll(async () => {
    house = await openFlowsHouse({ flows: defaultFlows })
    host = await house.start()
    await statusIs(host, 'ready')
    await house.arrivals.next()
  })
  afterAll(async () => {
    await host.stop()
    await house.close()
  })

  it('asks the pharmacist once when the refrigerator warms past 7.5 °C, and again only after it cooled', async () => {
    // Each question is a request of its own: two at once may arrive in either order.
    for (const celsius of [5, 7.6]) await house.publish(topic, temperature(celsius))
    const first = await house.asks.next()
    for (const celsius of [8.1, null, 7.2, 6.9, 7.9]) await house.publish(topic, temperature(celsius))
    const second = await house.asks.next()
    expect(first).toEqual({
      token: 'Bearer guest-token',
      body: { text: '请检查冰箱门（一号冰箱 7.6 °C）', source: '冰箱门提醒' },
    })
    expect(second.body.text).toContain('7.9 °C')
    expect(house.asks.all).toHaveLength(2)
  })

  it('offers in its palette only what the gate lets through', async () => {
    const response = await callEditor(host, '/nodes', { headers: { accept: 'application/json' } })
    const sets = (await response.json()) as { types: string[]; err?: string }[]
    const types = sets.flatMap(set => set.types).filter(type => type !== 'unknown')
    expect(sets.filter(set => set.err !== undefined)).toEqual([])
    expect(types.filter(type => !allowedTypes.has(type))).toEqual([])
    expect(types).toContain('yaogui-ask-pharmacist')
  })

  it('refuses the deploy of an exec node with a message and journals nothing', async () => {
    const response = await deploy(host, [
      ...defaultFlows,
      { id: 'x', type: 'exec', z: 'yaogui-fridge', wires: [] },
    ])
    expect(response.status).toBe(400)
    const { code, message } = (await response.json()) as { code: string; message: string }
    expect(code).toBe('E_FLOWS_REFUSED')
    expect(message).toContain('不允许使用节点类型“exec”')
    expect(house.saves.all).toEqual([])
  })

  it('journals a good deploy with the person, the version and the difference, and keeps it as a file', async () => {
    const note = {
      id: 'note',
      type: 'comment',
      z: 'yaogui-fridge',
      name: '周一检查',
      x: 90,
      y: 300,
      wires: [],
    }
    const response = await deploy(host, [...defaultFlows, note])
    expect(response.status).toBe(204)
    const save = await house.saves.next()
    expect(save).toMatchObject({
      user: 'wang',
      version: 1,
      difference: { added: ['note'], removed: [], changed: [] },
    })
    const stored = JSON.parse(await readFile(join(house.dataDir, 'flows', '000001.json'), 'utf8'))
    expect(stored).toMatchObject({ version: 1, user: 'wang', flows: save.flows })
    expect((await readdir(join(house.dataDir, 'flows'))).filter(name => name.endsWith('.tmp'))).toEqual([])
  })

  it('is started again after it was killed, with the flows that were deployed last', async () => {
    const pid = host.pid() ?? 0
    process.kill(pid, 'SIGKILL')
    await statusIs(host, 'restarting')
    await statusIs(host, 'ready')
    expect(host.pid()).not.toBe(pid)
    const flows = (await (await callEditor(host, '/flows')).json()) as { id: string }[]
    expect(flows.map(({ id }) => id)).toContain('note')
  })
})
