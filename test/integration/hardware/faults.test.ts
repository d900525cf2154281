import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Hardware, openHardware } from '#hardware/drivers/open.ts'
import { type Cabinet, planFor, serveTwoDrawers, temporaryFolder } from '#test/lib/hardware-cabinet.ts'
import { until } from '#test/lib/hardware-wait.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let cabinet: Cabinet
let hardware: Hardware
beforeEach(async () => {
  folder = await temporaryFolder()
  cabinet = await serveTwoDrawers(folder.path)
  const log = { info: () => {}, warn: () => {} }
  hardware = await openHardware(planFor(cabinet), { clock: () => new Date(), log })
})
afterEach(async () => {
  await hardware.close()
  await cabinet.close()
  await folder.remove()
})

const first = () => {
  const found = hardware.drawers.get('D01')
  if (found === undefined) throw new Error('no drawer D01')
  return found
}

const fail = async (faults: object): Promise<void> => {
  expect((await cabinet.hand('/hand/drawers/D01/faults', faults)).status).toBe(200)
}

const view = () => cabinet.world.view().drawers[0]

describe('a fault switched on by the hand', () => {
  it.each([
    ['jammed', { jammed: true }, true],
    ['half open', { halfOpen: true }, false],
  ])('%s: the pulse goes out and the sensor says closed', async (_, faults, latched) => {
    await fail(faults)
    const { lock, pulse } = first()
    await lock.pulse(pulse)
    // An answer to what is asked after it proves that the board has heard the pulse.
    expect(await lock.state()).toBe('closed')
    expect(view()).toMatchObject({ latched, position: 'closed', faults })
  })

  it('stuck: the sensor says closed while the drawer stands open', async () => {
    await fail({ stuckSwitch: 'closed' })
    const { lock, pulse } = first()
    await lock.pulse(pulse)
    await until('the drawer to open', () => view()?.position === 'open')
    expect(await lock.state()).toBe('closed')
    await fail({ stuckSwitch: false })
    expect(await lock.state()).toBe('open')
  })

  it('frozen: the weight stays while goods go, and calls itself stable', async () => {
    const { scale, lock, pulse } = first()
    await lock.pulse(pulse)
    await until('the drawer to open', async () => (await lock.state()) === 'open')
    await fail({ frozenWeight: true })
    const before = await scale.read()
    await cabinet.hand('/hand/drawers/D01/take', { units: 5 })
    expect(await scale.read()).toEqual({ ...before, stable: true })
  })

  it('unplugged: that scale is silent and the other answers, until it is plugged in', async () => {
    await fail({ unplugged: true })
    await expect(first().scale.read()).rejects.toMatchObject({ code: 'E_NO_ANSWER', kind: 'transient' })
    expect((await hardware.drawers.get('D02')?.scale.read())?.grams).toBeCloseTo(80, 0)
    await fail({ unplugged: false })
    expect((await first().scale.read()).grams).toBeCloseTo(250, -1)
  })

  it('that is none is refused', async () => {
    const reply = await cabinet.hand('/hand/drawers/D01/faults', { burning: true })
    expect([reply.status, await reply.json()]).toMatchObject([400, { code: 'E_HAND_BODY' }])
  })
})
