import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultFlows } from '#flows/examples/default.ts'
import type { HostClock, NodeRedHost, NodeRedStatus } from '#flows/runtime/host.ts'
import { callEditor, deploy, openFlowsHouse, statusIs } from '#test/lib/flows-house.ts'

/** Restarts come at once, and all within the same minute. */
const hastyClock: HostClock = {
  now: () => 0,
  wall: () => new Date('2026-11-22T01:00:00Z'),
  after: (ms, run) => {
    const timer = setTimeout(run, ms >= 5_000 ? ms : 0)
    return () => clearTimeout(timer)
  },
}

const kill = async (host: NodeRedHost, next: NodeRedStatus): Promise<void> => {
  process.kill(host.pid() ?? 0, 'SIGKILL')
  await statusIs(host, next)
}

const killThrice = async (host: NodeRedHost): Promise<void> => {
  for (let death = 1; death <= 3; death += 1) {
    await statusIs(host, 'ready')
    await kill(host, 'restarting')
  }
  await statusIs(host, 'safe-mode')
}

describe('a Node-RED that keeps dying', () => {
  let house: Awaited<ReturnType<typeof openFlowsHouse>>
  let host: NodeRedHost

  beforeEach(async () => {
    house = await openFlowsHouse({ flows: defaultFlows, clock: hastyClock })
    host = await house.start()
  })
  afterEach(async () => {
    await host.stop()
    await house.close()
  })

  it('runs no flows after three deaths in a minute, and runs them again after a deploy', async () => {
    await killThrice(host)
    expect(house.logged.some(({ fields }) => 'code' in fields && fields.code === 'E_FLOWS_LOOP')).toBe(true)
    expect((await callEditor(host, '/flows')).status).toBe(200)
    expect((await deploy(host, defaultFlows)).status).toBe(204)
    await statusIs(host, 'ready')
  })

  it('stays stopped when it dies in safe mode too, and says why', async () => {
    await killThrice(host)
    await kill(host, 'stopped')
    expect(house.logged.some(({ fields }) => 'code' in fields && fields.code === 'E_FLOWS_STOPPED')).toBe(
      true,
    )
  })
})

describe('a damaged flow file', () => {
  it('is set aside, the version before it runs, and its number is not used again', async () => {
    const house = await openFlowsHouse({ flows: defaultFlows })
    await mkdir(join(house.dataDir, 'flows'), { recursive: true })
    const older = [{ id: 'older', type: 'tab', label: '上一版' }]
    const version = { version: 3, at: '2026-11-21T00:00:00Z', user: 'wang', flows: older }
    await writeFile(join(house.dataDir, 'flows', '000003.json'), JSON.stringify(version))
    await writeFile(join(house.dataDir, 'flows', '000004.json'), '{"version":4,"flo')
    const host = await house.start()
    await statusIs(host, 'ready')
    expect(await (await callEditor(host, '/flows')).json()).toEqual(older)
    expect((await deploy(host, older)).status).toBe(204)
    expect((await house.saves.next()).version).toBe(5)
    await host.stop()
    await house.close()
  })
})
