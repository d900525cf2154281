import { afterEach, describe, expect, it } from 'vitest'
import { goodManners, serveTcp } from '#firmware-bridge/emulator/far-end.ts'
import { yaoguiBoards } from '#firmware-bridge/emulator/yaogui-board.ts'
import { openHardware } from '#hardware/drivers/open.ts'
import { checkPlan } from '#hardware/plan-check.ts'
import { pulseMs } from '#hardware/ports.ts'
import { yaoguiWorld } from '#test/lib/firmware-bridge-yaogui-board.ts'
import { until } from '#test/lib/hardware-wait.ts'

const closings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close()
})

const planOn = (port: number, echo: boolean) => {
  const drawer = (board: number, lock: number) => ({
    id: `D${board}${lock}`,
    lock: { driver: 'yaogui-board', line: 'boards', board, lock },
    scale: { driver: 'yaogui-board', line: 'boards', board, channel: lock },
    cold: 'F1',
  })
  const checked = checkPlan({
    version: 1,
    lines: [{ id: 'boards', type: 'tcp', host: '127.0.0.1', port, echo }],
    drawers: [drawer(1, 1), drawer(1, 2), drawer(31, 1), drawer(31, 9)],
    thermometers: [
      {
        id: 'F1',
        name: '1号冰箱',
        driver: 'yaogui-board',
        line: 'boards',
        board: 1,
        channel: 1,
        low: 2,
        high: 8,
      },
      {
        id: 'F2',
        name: '无探头',
        driver: 'yaogui-board',
        line: 'boards',
        board: 1,
        channel: 9,
        low: 2,
        high: 8,
      },
    ],
  })
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems))
  return checked.plan
}

const openCabinet = async ({ ownLine = false, echo = false } = {}) => {
  const { world, pulses, shut } = yaoguiWorld([
    { board: 1, ownLine },
    { board: 31, ownLine },
  ])
  const boards = yaoguiBoards({ world })
  const manners = { ...goodManners(), echo }
  const served = await serveTcp({ createFarEnd: boards.createFarEnd, manners })
  closings.push(served.close)
  const log = { info: () => {}, warn: () => {} }
  const hardware = await openHardware(planOn(served.port, echo), { clock: () => new Date(), log })
  closings.push(hardware.close)
  const drawer = (id: string) => {
    const found = hardware.drawers.get(id)
    if (found === undefined) throw new Error(`no drawer ${id}`)
    return found
  }
  const stats = () => hardware.lineStats()[0]
  return { world, pulses, shut, boards, served, manners, hardware, drawer, stats }
}

describe('a cabinet of our own boards on one line', () => {
  it.each([{ echo: false }, { echo: true }])('opens, weighs and measures: %o', async ({ echo }) => {
    const { drawer, pulses, boards, hardware, stats } = await openCabinet({ echo })
    expect(await drawer('D12').lock.state()).toBe('closed')
    await drawer('D12').lock.pulse(pulseMs(150))
    expect(boards.coil(1)).toBe(0)
    await until('the drawer to open', async () => (await drawer('D12').lock.state()) === 'open')
    expect(await drawer('D11').lock.state()).toBe('closed')
    await drawer('D311').lock.pulse(pulseMs(100))
    expect(pulses).toEqual(['1/2', '31/1'])
    expect(await drawer('D11').scale.read()).toEqual({ grams: 812.5, stable: true })
    expect(await drawer('D12').scale.read()).toEqual({ grams: 20, stable: true })
    const reading = await hardware.thermometers.get('F1')?.read()
    expect(reading).toMatchObject({ ok: true, celsius: 4.625, source: 'sensor' })
    expect(hardware.lineStats()).toHaveLength(1)
    expect(stats()).toMatchObject({ badChecksums: 0, discardedBytes: 0 })
  })

  it('says so when a cell or a probe does not answer, or is not fitted', async () => {
    const { world, drawer, hardware } = await openCabinet()
    world.pan.value = undefined
    world.air.value = undefined
    await expect(drawer('D11').scale.read()).rejects.toMatchObject({
      code: 'E_SCALE_SENSOR',
      kind: 'transient',
    })
    await expect(drawer('D319').lock.state()).rejects.toMatchObject({
      code: 'E_BOARD_REFUSED',
      kind: 'permanent',
    })
    for (const id of ['F1', 'F2'])
      expect(await hardware.thermometers.get(id)?.read()).toMatchObject({ ok: false, fault: 'no-answer' })
  })

  it('never pulses twice for an order whose answer was garbled, and knows that it went out', async () => {
    const { world, drawer, manners, pulses, stats } = await openCabinet()
    const { pulse } = world
    // The board energises before it answers.
    world.pulse = (board, lock) => {
      pulse(board, lock)
      manners.corruptReplies = 1
    }
    await drawer('D11').lock.pulse(pulseMs(300))
    expect(pulses).toEqual(['1/1'])
    expect(stats()?.discardedBytes).toBeGreaterThan(0)
  })

  it('goes on after the line was lost and the board had restarted', async () => {
    const { drawer, boards, served, manners, hardware, stats } = await openCabinet()
    await drawer('D11').lock.pulse(pulseMs(100))
    await served.close()
    await until('the line to be down', () => stats()?.up === false)
    await expect(drawer('D11').lock.pulse(pulseMs(100))).rejects.toMatchObject({
      code: 'E_LINE_DOWN',
      kind: 'transient',
    })
    boards.restart(1)
    const again = await serveTcp({ createFarEnd: boards.createFarEnd, manners, port: served.port })
    closings.splice(closings.indexOf(served.close), 1, again.close)
    await until('the line to be up', () => stats()?.up === true)
    await drawer('D12').lock.pulse(pulseMs(100))
    await until('the drawer to open', async () => (await drawer('D12').lock.state()) === 'open')
    expect(hardware.lineStats()).toMatchObject([{ reopenings: 1 }])
  })
})

describe('one board with a line to itself', () => {
  it('pushes its weights, so that reading them asks nothing', async () => {
    const { world, drawer, stats } = await openCabinet({ ownLine: true })
    await drawer('D11').scale.read()
    world.pan.value = 500
    await until('the new weight', async () => (await drawer('D11').scale.read()).grams === 500)
    const before = stats()?.sent ?? 0
    let read = 0
    await until('a pushed weight', async () => {
      await drawer('D11').scale.read()
      read += 1
      return read - ((stats()?.sent ?? 0) - before) >= 20
    })
    expect(stats()).toMatchObject({ badChecksums: 0, discardedBytes: 0 })
  })
})
