import modbus from 'modbus-serial'
import { afterEach, describe, expect, it } from 'vitest'
import { serveTcp } from '#firmware-bridge/emulator/far-end.ts'
import { modbusScales } from '#firmware-bridge/emulator/modbus-scale.ts'
import { createScaleBus } from '#firmware-bridge/protocols/modbus-scale/board.ts'
import { scaleMaps } from '#firmware-bridge/protocols/modbus-scale/maps.ts'
import { modbusScaleModels } from '#firmware-bridge/protocols/modbus-scale/models.ts'
import type { ScaleFault } from '#firmware-bridge/protocols/modbus-scale/registers.ts'
import { openHardware } from '#hardware/drivers/open.ts'
import { checkPlan } from '#hardware/plan-check.ts'
import { bindingOn, masterOnWire } from '#test/lib/hardware-serial-binding.ts'

const closings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close()
})

/** One bus with a scale of each product, its address being its place in the list. */
const everyProduct = async () => {
  const plugged = new Set(modbusScaleModels.map((_, at) => at + 1))
  const faults = new Map<number, ScaleFault>()
  const world = {
    get addresses() {
      return [...plugged]
    },
    grams: (address: number) => address * 100 + 0.5,
    stable: () => true,
    fault: (address: number) => faults.get(address),
  }
  const mapOf = (slave: number) => scaleMaps[modbusScaleModels[slave - 1] ?? 'simulated']
  const served = await serveTcp({ createFarEnd: modbusScales(world, mapOf) })
  closings.push(served.close)
  return { served, plugged, faults }
}

const cabinetOn = async (port: number) => {
  const checked = checkPlan({
    version: 1,
    lines: [
      { id: 'locks', type: 'tcp', host: '127.0.0.1', port: 9 },
      { id: 'scales', type: 'tcp', host: '127.0.0.1', port },
    ],
    drawers: modbusScaleModels.map((model, at) => ({
      id: model,
      lock: { driver: 'kerong-cu48', line: 'locks', board: 0, lock: at + 1 },
      scale: { driver: 'modbus-scale', line: 'scales', address: at + 1, model },
    })),
    thermometers: [],
  })
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems))
  const log = { info: () => {}, warn: () => {} }
  const hardware = await openHardware(checked.plan, { clock: () => new Date(), log })
  closings.push(hardware.close)
  return (model: string) => {
    const drawer = hardware.drawers.get(model)
    if (drawer === undefined) throw new Error(`no drawer ${model}`)
    return drawer.scale.read()
  }
}

describe('scales of every known product on one bus', () => {
  it('are each read by their own map, all at once', async () => {
    const read = await cabinetOn((await everyProduct()).served.port)
    expect(await Promise.all(modbusScaleModels.map(read))).toEqual(
      modbusScaleModels.map((_, at) => ({ grams: (at + 1) * 100 + 0.5, stable: true })),
    )
  })

  it('one of which is unplugged or broken do not take the others with them', async () => {
    const { served, plugged, faults } = await everyProduct()
    const read = await cabinetOn(served.port)
    plugged.delete(2)
    faults.set(3, 'overload')
    await expect(read('laumas-tlb')).rejects.toMatchObject({ code: 'E_NO_ANSWER', kind: 'transient' })
    await expect(read('flintec-dad141')).rejects.toMatchObject({ code: 'E_SCALE_OVERLOAD' })
    expect(await read('flintec-ft112')).toEqual({ grams: 400.5, stable: true })
    plugged.add(2)
    expect(await read('laumas-tlb')).toEqual({ grams: 200.5, stable: true })
  })

  it('show a master that is not ours the registers of their documents', async () => {
    const { served } = await everyProduct()
    const master = new modbus.default()
    closings.push(() => new Promise<void>(resolve => master.close(() => resolve())))
    await master.connectTelnet('127.0.0.1', { port: served.port })
    master.setTimeout(20_000)
    const ask = async (slave: number, at: number, words: number) => {
      master.setID(slave)
      return master.readHoldingRegisters(at, words)
    }
    expect((await ask(2, 6, 3)).data).toEqual([0x0800, 0, 2_005])
    expect((await ask(3, 0x3500, 2)).buffer.readFloatBE()).toBe(300.5)
    expect((await ask(4, 4, 2)).buffer.readInt32BE()).toBe(40_050)
    expect((await ask(5, 4, 2)).data).toEqual([50_050, 0])
    expect((await ask(6, 0, 3)).data).toEqual([6_005, 1, 4])
  })
})

describe('a Modbus slave that is not ours', () => {
  it.each([
    ['laumas-tlb', [0x0880, 0, 25, 0, 0, 0, 0, 0x0109], -2.5],
    ['flintec-dad141', [0x4348, 0x8000, 0, 0, 0x0010], 200.5],
    ['flintec-ft112-low-high', [0xfb2e, 0xffff, 0x0000, 0x2000, 0, 0], -12.34],
  ] as const)('with the registers of %s is understood by our master', async (model, registers, grams) => {
    const map = scaleMaps[model]
    const { conversation, far } = masterOnWire()
    const getHoldingRegister = (address: number): number => registers[address - map.span.address] ?? 0
    // Its types do not know the option that it hands on to `serialport`.
    const options = { path: 'wire', baudRate: 9_600, unitID: 7, binding: bindingOn(far) }
    const slave = new modbus.ServerSerial({ getHoldingRegister }, options)
    closings.push(() => new Promise<void>(resolve => slave.close(() => resolve())))
    await new Promise<void>(resolve => slave.on('initialized', () => resolve()))
    expect(await createScaleBus(conversation, map).read(7)).toEqual({ grams, stable: true })
    expect(conversation.stats()).toMatchObject({ answered: 1, badChecksums: 0, discardedBytes: 0 })
  })
})
