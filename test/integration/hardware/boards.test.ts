import { afterEach, describe, expect, it } from 'vitest'
import { type FarEnd, goodManners, type Manners, serveTcp } from '#firmware-bridge/emulator/far-end.ts'
import { kerongCu16Boards } from '#firmware-bridge/emulator/kerong-cu16.ts'
import { locks8aBoards } from '#firmware-bridge/emulator/locks-8a.ts'
import { mtSicsScale } from '#firmware-bridge/emulator/mt-sics.ts'
import { type DrawerHardware, openHardware } from '#hardware/drivers/open.ts'
import { checkPlan } from '#hardware/plan-check.ts'

const closings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close()
})

/** Board 1: lock 16 opens at a pulse, lock 2 is jammed. */
const createLocks = () => {
  const pulses: string[] = []
  return {
    boards: [1],
    pulses,
    pulse: (board: number, lock: number): void => void pulses.push(`${board}/${lock}`),
    closed: (_: number, lock: number): boolean => lock === 2 || !pulses.includes(`1/${lock}`),
  }
}

type Locks = ReturnType<typeof createLocks>
type Kind = {
  readonly driver: string
  readonly serve: (locks: Locks) => () => FarEnd
  readonly lockBoards?: readonly object[]
}

const of8a = (sensor: 'shorts-when-closed' | 'shorts-when-open'): Kind => ({
  driver: 'locks-8a',
  serve: locks => locks8aBoards({ ...locks, channels: 24, sensor, hold: () => {} }),
  lockBoards: [{ line: 'locks', board: 1, channels: 24, sensor }],
})

const CU16: Kind = { driver: 'kerong-cu16', serve: kerongCu16Boards }
const KINDS = [CU16, of8a('shorts-when-closed'), of8a('shorts-when-open')]

const serve = async (createFarEnd: () => FarEnd, manners: Manners): Promise<number> => {
  const served = await serveTcp({ createFarEnd, manners })
  closings.push(served.close)
  return served.port
}

const openCabinet = async ({ driver, serve: kind, lockBoards }: Kind, echo = false) => {
  const locks = createLocks()
  const manners = { ...goodManners(), echo }
  const scaleManners = goodManners()
  const pan = { grams: () => 812.5, stable: () => true, capacityGrams: 3_000, serial: 'B021' }
  const line = (id: string, port: number) => ({ id, type: 'tcp', host: '127.0.0.1', port })
  const drawer = (lock: number) => ({
    id: `D${lock}`,
    lock: { driver, line: 'locks', board: 1, lock },
    scale: { driver: 'mt-sics', line: `scale-${lock}` },
  })
  const checked = checkPlan({
    version: 1,
    lines: [
      { ...line('locks', await serve(kind(locks), manners)), echo },
      line('scale-2', await serve(mtSicsScale({ ...pan, grams: () => 20 }), goodManners())),
      line('scale-16', await serve(mtSicsScale(pan), scaleManners)),
    ],
    ...(lockBoards === undefined ? {} : { lockBoards }),
    drawers: [drawer(2), drawer(16)],
    thermometers: [],
  })
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems))
  const log = { info: () => {}, warn: () => {} }
  const hardware = await openHardware(checked.plan, { clock: () => new Date(), log })
  closings.push(hardware.close)
  const drawerOf = (id: string): DrawerHardware => {
    const found = hardware.drawers.get(id)
    if (found === undefined) throw new Error(`no drawer ${id}`)
    return found
  }
  return { hardware, locks, manners, scaleManners, jammed: drawerOf('D2'), good: drawerOf('D16') }
}

const mannered = KINDS.flatMap(kind => [
  { ...kind, echo: false },
  { ...kind, echo: true },
])

describe('a cabinet of CU16 or 8A boards and MT-SICS scales', () => {
  it.each(mannered)('opens by one pulse and weighs: $driver, $lockBoards, echo $echo', async kind => {
    const { locks, good, jammed } = await openCabinet(kind, kind.echo)
    expect(await good.lock.state()).toBe('closed')
    await good.lock.pulse(good.pulse)
    expect(await good.lock.state()).toBe('open')
    expect(locks.pulses).toEqual(['1/16'])
    expect(await good.scale.read()).toEqual({ grams: 812.5, stable: true })
    expect(await jammed.scale.read()).toEqual({ grams: 20, stable: true })
  })

  // With `shorts-when-closed` the 8A answer of a jammed lock is the request, byte for byte.
  it.each(mannered)('never takes a jammed lock for open: $driver, $lockBoards, echo $echo', async kind => {
    const { locks, jammed, hardware } = await openCabinet(kind, kind.echo)
    await jammed.lock.pulse(jammed.pulse)
    expect(await jammed.lock.state()).toBe('closed')
    expect(locks.pulses).toEqual(['1/2'])
    expect(hardware.lineStats().filter(({ line }) => line === 'locks')).toHaveLength(1)
  })

  it.each(KINDS)(
    'is transient when deaf, and nothing is sent again later: $driver, $lockBoards',
    async kind => {
      const { locks, manners, scaleManners, good } = await openCabinet(kind)
      manners.deaf = true
      scaleManners.deaf = true
      await good.lock.pulse(good.pulse)
      const silent = { code: 'E_NO_ANSWER', kind: 'transient' }
      await expect(good.lock.state()).rejects.toMatchObject(silent)
      await expect(good.scale.read()).rejects.toMatchObject(silent)
      manners.deaf = false
      expect(await good.lock.state()).toBe('closed')
      expect(locks.pulses).toEqual([])
    },
  )
})
