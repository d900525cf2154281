import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NodeRedHost } from '#flows/runtime/host.ts'
import { callEditor, deploy, openFlowsHouse, statusIs } from '#test/lib/flows-house.ts'

const flowWith = (func: string) => [
  { id: 'tab', type: 'tab', label: 't' },
  { id: 'agent', type: 'yaogui-agent', mqttUrl: '', agentUrl: '' },
  { id: 'in', type: 'yaogui-temperature', z: 'tab', agent: 'agent', thermometer: '', wires: [['f']] },
  { id: 'f', type: 'function', z: 'tab', func, outputs: 1, libs: [], wires: [['ask']] },
  { id: 'ask', type: 'yaogui-ask-pharmacist', z: 'tab', agent: 'agent', wires: [[]] },
]

/** The one-line escape: an object of the host's realm leads to the host's `process`. */
const escaped = (dataDir: string): string => `
const host = msg.constructor.constructor('return process')()
const attempt = run => { try { run(); return 'done' } catch (error) { return error.code ?? String(error) } }
const fs = host.getBuiltinModule('fs')
msg.payload = JSON.stringify({
  write: attempt(() => fs.writeFileSync(${JSON.stringify(join(dataDir, 'escaped'))}, 'x')),
  journal: attempt(() => fs.readFileSync(${JSON.stringify(join(dataDir, 'flows', 'settings.json'))})),
  run: attempt(() => host.getBuiltinModule('child_process').execSync('id')),
  worker: attempt(() => new (host.getBuiltinModule('worker_threads').Worker)('1', { eval: true })),
  binding: attempt(() => host.binding('fs')),
  addon: attempt(() => host.dlopen({ exports: {} }, '/lib/none.node')),
  secrets: Object.keys(host.env).filter(name => name.includes('AGENT_ONLY')).length,
  own: attempt(() => fs.writeFileSync(host.env.YAOGUI_GUEST_FOLDER + '/mine', 'x')),
})
return msg`

describe('a function node that escaped its sandbox', () => {
  let house: Awaited<ReturnType<typeof openFlowsHouse>>
  let host: NodeRedHost

  const ask = async (func: string): Promise<string> => {
    expect((await deploy(host, flowWith(func))).status).toBe(204)
    await house.arrivals.next()
    await house.publish('yaogui/local/dahe/temperature/a', { celsius: 1, quality: 'good' })
    return (await house.asks.next()).body.text
  }

  beforeAll(async () => {
    process.env.AGENT_ONLY_SECRET = 'x'
    house = await openFlowsHouse({ flows: [] })
    host = await house.start()
    await statusIs(host, 'ready')
  })
  afterAll(async () => {
    delete process.env.AGENT_ONLY_SECRET
    await host.stop()
    await house.close()
  })

  it('writes in its own folder and nowhere else, starts nothing and sees none of the agent’s environment', async () => {
    expect(JSON.parse(await ask(escaped(house.dataDir)))).toEqual({
      write: 'ERR_ACCESS_DENIED',
      journal: 'ERR_ACCESS_DENIED',
      run: 'ERR_ACCESS_DENIED',
      worker: 'ERR_ACCESS_DENIED',
      binding: 'ERR_ACCESS_DENIED',
      addon: 'ERR_DLOPEN_DISABLED',
      secrets: 0,
      own: 'done',
    })
    expect(existsSync(join(house.dataDir, 'escaped'))).toBe(false)
  })

  it('cannot deploy past the gate by speaking to the agent itself', async () => {
    const saves = house.saves.all.length
    const func = `
const host = msg.constructor.constructor('return process')()
const answer = message => {
  if (message.id !== -1) return
  host.off('message', answer)
  msg.payload = message.kind + ' ' + message.code
  node.send(msg)
}
host.on('message', answer)
host.send({ kind: 'nonsense' })
host.send({ kind: 'ask', id: -1, what: 'saveFlows', args: [[{ id: 'x', type: 'exec' }], { username: 'root' }] })
return null`
    expect(await ask(func)).toBe('refusal E_FLOWS_REFUSED')
    expect(house.saves.all).toHaveLength(saves + 1)
  })

  it('leaves the other flows running after a promise that nobody awaits was rejected', async () => {
    const pid = host.pid()
    expect(await ask("Promise.reject(new Error('nobody')); msg.payload = 'still here'; return msg")).toBe(
      'still here',
    )
    expect((await callEditor(host, '/flows')).status).toBe(200)
    expect(host.pid()).toBe(pid)
    expect(house.logged.some(({ message }) => message.includes('nobody'))).toBe(true)
  })

  it('is cut off after two seconds in an endless loop', async () => {
    // Node-RED sends when the function has returned the event loop: only a loop that was cut off lets it go.
    expect(await ask("node.send({ payload: 'free again' }); while (true) {}")).toBe('free again')
    expect(house.logged.some(({ message }) => message.includes('timed out'))).toBe(true)
  })
})
