import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openHardware } from '#hardware/drivers/open.ts'
import { emulateCabinet } from '#hardware/simulated/emulate.ts'
import { worldFor } from '#hardware/simulated/world-file.ts'
import { temporaryFolder } from '#test/lib/hardware-cabinet.ts'
import { mustBeValid } from '#test/lib/hardware-plan.ts'
import { writeAttributes } from '#test/lib/hardware-sysfs.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => folder.remove())

const planOf = (more: object = {}) =>
  mustBeValid({
    ...{ version: 1, lines: [], drawers: [], thermometers: [] },
    mains: { driver: 'power-supply', device: 'AC' },
    battery: { driver: 'power-supply', device: 'BAT0' },
    powerSupplyRoot: folder.path,
    ...more,
  })
const log = { info: () => {}, warn: () => {} }
const open = (more?: object) => openHardware(planOf(more), { clock: () => new Date(), log })
const supply = async (device: string, attributes: Readonly<Record<string, string | undefined>>) => {
  await rm(join(folder.path, device), { recursive: true, force: true })
  await writeAttributes(join(folder.path, device), attributes)
}
const FAILS = { code: 'E_POWER_SUPPLY', kind: 'transient' }

describe('a charger as the kernel shows it', () => {
  it.each([
    ['0', 'absent'],
    ['1', 'present'],
    ['2', 'present'],
  ] as const)('that says online %s has the mains %s', async (online, state) => {
    await supply('AC', { type: 'Mains', online })
    expect(await (await open()).mains?.state()).toBe(state)
  })

  it('tells a change when it is met, and no more once it is told not to', async () => {
    const { mains } = await open()
    const told: string[] = []
    const off = mains?.onChange(state => told.push(state))
    for (const online of ['1', '0', '0', '1']) {
      await supply('AC', { online })
      await mains?.state()
    }
    off?.()
    await supply('AC', { online: '0' })
    await mains?.state()
    expect(told).toEqual(['absent', 'present'])
  })
})

describe('a battery as the kernel shows it', () => {
  it.each([
    ['100', { low: false, percent: 100 }],
    ['21', { low: false, percent: 21 }],
    ['20', { low: true, percent: 20 }],
    ['0', { low: true, percent: 0 }],
  ] as const)('at %s %% is %j', async (capacity, state) => {
    await supply('BAT0', { type: 'Battery', capacity, status: 'Discharging' })
    expect(await (await open()).battery?.state()).toEqual(state)
  })

  it('is low where the plan says', async () => {
    await supply('BAT0', { capacity: '40' })
    const battery = { driver: 'power-supply', device: 'BAT0', lowPercent: 40 }
    expect(await (await open({ battery })).battery?.state()).toEqual({ low: true, percent: 40 })
  })

  it.each([
    ['does not answer', { capacity: undefined }],
    ['has no charge', { status: 'Unknown' }],
    ['says more than all', { capacity: '101' }],
    ['says less than nothing', { capacity: '-1' }],
    ['says nothing', { capacity: '' }],
    ['says what is no number', { capacity: 'Full' }],
  ])('that %s is unreadable, and read again once it does better', async (_, attributes) => {
    await supply('BAT0', attributes)
    const { battery } = await open()
    await expect(battery?.state()).rejects.toMatchObject(FAILS)
    await supply('BAT0', { capacity: '55' })
    expect(await battery?.state()).toEqual({ low: false, percent: 55 })
  })

  it('and a charger that are not there are unreadable, never absent or full', async () => {
    await mkdir(folder.path, { recursive: true })
    const { mains, battery } = await open()
    await expect(mains?.state()).rejects.toMatchObject(FAILS)
    await expect(battery?.state()).rejects.toMatchObject(FAILS)
  })

  it('and a charger in the simulated cabinet follow its plug and its charge', async () => {
    const plan = planOf({ powerSupplyRoot: undefined })
    const world = worldFor(plan, { battery: { percent: 80 } }, () => new Date())
    const cabinet = await emulateCabinet({ plan, world, dataDir: join(folder.path, 'world') })
    try {
      const { mains, battery } = await openHardware(cabinet.plan, { clock: () => new Date(), log })
      expect(await battery?.state()).toEqual({ low: false, percent: 80 })
      world.hand.fridge({ mains: false })
      await expect.poll(() => mains?.state(), { timeout: 10_000 }).toBe('absent')
      world.hand.battery(12.4)
      await expect.poll(() => battery?.state(), { timeout: 10_000 }).toEqual({ low: true, percent: 12 })
    } finally {
      await cabinet.close()
    }
  })
})
