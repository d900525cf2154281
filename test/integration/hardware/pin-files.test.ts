import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Hardware, openHardware } from '#hardware/drivers/open.ts'
import { checkPlan } from '#hardware/plan-check.ts'
import { pulseMs } from '#hardware/ports.ts'
import { type EmulatedCabinet, emulateCabinet } from '#hardware/simulated/emulate.ts'
import type { CabinetWorld } from '#hardware/simulated/world.ts'
import { worldFor } from '#hardware/simulated/world-file.ts'

const planned = checkPlan({
  version: 1,
  lines: [],
  drawers: [
    {
      id: 'D01',
      lock: { driver: 'gpio', pin: 17, contactPin: 22 },
      scale: { driver: 'hx711', device: 'iio:device0', zero: 8_388_608, countsPerGram: 400 },
    },
    {
      id: 'D02',
      lock: { driver: 'gpio', pin: 27, contactPin: 23 },
      scale: { driver: 'hx711', device: 'iio:device1', zero: 8_388_608, countsPerGram: 400 },
    },
  ],
  thermometers: [
    {
      ...{ id: 'F1', name: '1号冰箱', low: 2, high: 8, driver: 'w1', device: '28-000000000001' },
      door: { driver: 'gpio', pin: 25 },
    },
  ],
  mains: { driver: 'gpio', pin: 24 },
  battery: { driver: 'gpio', pin: 26 },
})

describe('a cabinet whose locks hang on pins, emulated', () => {
  let dir: string
  let world: CabinetWorld
  let cabinet: EmulatedCabinet
  let hardware: Hardware
  beforeEach(async () => {
    if (!planned.ok) throw new Error(JSON.stringify(planned.problems))
    dir = await mkdtemp(join(tmpdir(), 'yaogui-pins-'))
    const clock = () => new Date()
    world = worldFor(planned.plan, {}, clock)
    cabinet = await emulateCabinet({ plan: planned.plan, world, dataDir: dir })
    hardware = await openHardware(cabinet.plan, { clock, log: pino({ level: 'silent' }) })
  })
  afterEach(async () => {
    await hardware.close()
    await cabinet.close()
    await rm(dir, { recursive: true, force: true })
  })

  const drawer = (id: string) => {
    const found = hardware.drawers.get(id)
    if (found === undefined) throw new Error(id)
    return found
  }

  it('opens the drawer that is pulsed and no other, and shows its switch until a hand closes it', async () => {
    expect(await drawer('D01').lock.state()).toBe('closed')
    await drawer('D01').lock.pulse(pulseMs(300))
    await expect.poll(() => drawer('D01').lock.state()).toBe('open')
    expect(await drawer('D02').lock.state()).toBe('closed')
    world.hand.close('D01')
    await expect.poll(() => drawer('D01').lock.state()).toBe('closed')
  })

  it('does not open a drawer whose latch is jammed', async () => {
    world.hand.fail('D02', { jammed: true })
    await drawer('D02').lock.pulse(pulseMs(300))
    expect(world.view().drawers.map(({ position }) => position)).toEqual(['closed', 'closed'])
    expect(await drawer('D02').lock.state()).toBe('closed')
  })

  it('shows that the mains fail and return', async () => {
    expect(await hardware.mains?.state()).toBe('present')
    world.hand.fridge({ mains: false })
    await expect.poll(() => hardware.mains?.state()).toBe('absent')
    world.hand.fridge({ mains: true })
    await expect.poll(() => hardware.mains?.state()).toBe('present')
  })

  it('shows the refrigerator’s own door by the name of its thermometer', async () => {
    const door = hardware.doors.get('F1')
    expect([door?.name, await door?.state()]).toEqual(['1号冰箱', 'closed'])
    world.hand.fridge({ doorOpen: true })
    await expect.poll(() => door?.state()).toBe('open')
    world.hand.fridge({ doorOpen: false })
    await expect.poll(() => door?.state()).toBe('closed')
  })

  it('shows that its UPS is nearly empty', async () => {
    expect(await hardware.battery?.state()).toEqual({ low: false })
    world.hand.battery(20)
    await expect.poll(() => hardware.battery?.state()).toEqual({ low: true })
  })
})
