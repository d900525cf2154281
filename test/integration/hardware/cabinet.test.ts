import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Hardware, openHardware } from '#hardware/drivers/open.ts'
import { serveCabinet } from '#hardware/simulated/serve.ts'
import {
  type Cabinet,
  planFor,
  serveTwoDrawers,
  temporaryFolder,
  twoDrawerWorld,
} from '#test/lib/hardware-cabinet.ts'
import { until } from '#test/lib/hardware-wait.ts'

const quiet = { info: () => {}, warn: () => {} }
const clock = () => new Date()

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let cabinet: Cabinet
let hardware: Hardware
beforeEach(async () => {
  folder = await temporaryFolder()
  cabinet = await serveTwoDrawers(folder.path)
  hardware = await openHardware(planFor(cabinet), { clock, log: quiet })
})
afterEach(async () => {
  await hardware.close()
  await cabinet.close()
  await folder.remove()
})

const drawer = (id: string) => {
  const found = hardware.drawers.get(id)
  if (found === undefined) throw new Error(`no drawer ${id}`)
  return found
}

const weigh = async (id: string): Promise<number> => {
  let grams = 0
  await until('a stable weight', async () => {
    const reading = await drawer(id).scale.read()
    grams = reading.grams
    return reading.stable
  })
  return grams
}

const openDrawer = async (id: string): Promise<void> => {
  const { lock, pulse } = drawer(id)
  await lock.pulse(pulse)
  await until('the drawer to open', async () => (await lock.state()) === 'open')
}

describe('the drivers against the simulated cabinet', () => {
  it('open one drawer, see two units leave it by weight, and see it shut', async () => {
    const before = await weigh('D01')
    expect(await drawer('D01').lock.state()).toBe('closed')
    await openDrawer('D01')
    expect(await drawer('D02').lock.state()).toBe('closed')
    expect((await cabinet.hand('/hand/drawers/D01/take', { units: 2 })).status).toBe(200)
    const after = await weigh('D01')
    expect(Math.abs(before - after - 25)).toBeLessThan(1)
    await cabinet.hand('/hand/drawers/D01/close', {})
    expect(await drawer('D01').lock.state()).toBe('closed')
  })

  it('open the last lock of a board as well as the first', async () => {
    await openDrawer('D02')
    expect(await drawer('D01').lock.state()).toBe('closed')
  })

  it('read the thermometer, and its silence as a fault', async () => {
    const thermometer = hardware.thermometers.get('F1')
    await cabinet.hand('/hand/fridge', { celsius: 9.5, mains: false })
    await until('the warmth to be seen', async () => {
      const reading = await thermometer?.read()
      return reading?.ok === true && reading.celsius > 9.3 && reading.source === 'sensor'
    })
    const away = planFor({ ...cabinet, w1Root: join(folder.path, 'nowhere') })
    const elsewhere = await openHardware(away, { clock, log: quiet })
    expect(await elsewhere.thermometers.get('F1')?.read()).toMatchObject({ ok: false, fault: 'no-answer' })
    await elsewhere.close()
  })

  it('serve many callers on one bus, one exchange at a time', async () => {
    cabinet.manners.scales.slowMs = 5
    const readings = await Promise.all(
      Array.from({ length: 12 }, (_, at) => drawer(at % 2 ? 'D02' : 'D01').scale.read()),
    )
    for (const [at, { grams }] of readings.entries())
      expect(Math.abs(grams - (at % 2 ? 80 : 250))).toBeLessThan(5)
    expect(hardware.lineStats().find(({ line }) => line === 'scales')).toMatchObject({
      up: true,
      sent: 12,
      answered: 12,
      late: 0,
      discardedBytes: 0,
    })
  })

  it('start without the boards, fail as transient, and go on when the boards come back', async () => {
    const { lockPort, scalePort } = cabinet
    await cabinet.close()
    const early = await openHardware(planFor(cabinet), { clock, log: quiet })
    const first = early.drawers.get('D01')
    await expect(first?.lock.state()).rejects.toMatchObject({ code: 'E_LINE_DOWN', kind: 'transient' })
    await expect(first?.scale.read()).rejects.toMatchObject({ code: 'E_LINE_DOWN', kind: 'transient' })
    const back = await serveCabinet({ world: twoDrawerWorld(), dataDir: folder.path, lockPort, scalePort })
    await until('the lines to be up', () =>
      [...early.lineStats(), ...hardware.lineStats()].every(({ up }) => up),
    )
    expect(await first?.lock.state()).toBe('closed')
    expect(hardware.lineStats().map(({ reopenings }) => reopenings)).toEqual([1, 1])
    await early.close()
    await back.close()
  })
})

describe('the hand', () => {
  const codeOf = async (response: Response): Promise<unknown> => ({
    status: response.status,
    ...((await response.json()) as object),
  })

  it('shows what stands there', async () => {
    expect(await (await cabinet.hand('/hand')).json()).toMatchObject({
      drawers: [
        { id: 'D01', drug: '二甲双胍', units: 20, position: 'closed', latched: true },
        { id: 'D02', drug: '氨氯地平', units: 10, position: 'closed', latched: true },
      ],
      fridge: { doorOpen: false, mains: true },
    })
  })

  it.each([
    ['/hand/drawers/D01/open', {}, 409, 'E_HAND_LOCKED'],
    ['/hand/drawers/D01/take', { units: 1 }, 409, 'E_HAND_CLOSED'],
    ['/hand/drawers/D01/take', { units: -1 }, 400, 'E_HAND_BODY'],
    ['/hand/drawers/D77/open', {}, 404, 'E_HAND_DRAWER'],
    ['/hand/fridge', { celsius: 'cold' }, 400, 'E_HAND_BODY'],
    ['/hand/roof', {}, 404, 'E_HAND_ROUTE'],
  ])('is refused: %s %o', async (path, body, status, code) => {
    expect(await codeOf(await cabinet.hand(path, body))).toMatchObject({
      status,
      code,
      message: expect.any(String),
    })
  })

  it('is not lent to pages of unknown origin', async () => {
    const other = await serveCabinet({
      world: twoDrawerWorld(),
      dataDir: join(folder.path, 'other'),
      handOrigins: ['http://kiosk.local'],
    })
    const ask = (origin: string) => fetch(`http://127.0.0.1:${other.handPort}/hand`, { headers: { origin } })
    expect((await ask('http://kiosk.local')).headers.get('access-control-allow-origin')).toBe(
      'http://kiosk.local',
    )
    expect((await ask('http://elsewhere.example')).status).toBe(403)
    await other.close()
  })
})

describe('the simulated goods', () => {
  it('are where they were after a restart, drawer open and all', async () => {
    await openDrawer('D01')
    await cabinet.hand('/hand/drawers/D01/take', { units: 7 })
    const before = cabinet.world.view().drawers
    await cabinet.close()
    const world = twoDrawerWorld()
    const again = await serveCabinet({ world, dataDir: folder.path })
    expect(world.view().drawers).toEqual(before)
    expect(before[0]).toMatchObject({ units: 13, position: 'open' })
    await again.close()
  })

  it('are not made up anew over a state that cannot be read', async () => {
    const { close } = cabinet
    await close()
    await writeFile(join(folder.path, 'world.json'), '{"version":1,"drawers":{}}')
    await expect(serveCabinet({ world: twoDrawerWorld(), dataDir: folder.path })).rejects.toMatchObject({
      code: 'E_WORLD_STATE',
    })
  })
})
