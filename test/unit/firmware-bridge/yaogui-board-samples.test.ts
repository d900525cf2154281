import { describe, expect, it } from 'vitest'
import { yaoguiSetUp } from '#test/lib/firmware-bridge-yaogui-board.ts'

const WEIGHT = { board: 1, kind: 'weight', channel: 1 } as const
const TEMPERATURE = { board: 1, kind: 'temperature', channel: 1 } as const

describe('samples of our own board', () => {
  it('on a shared line are asked for, and those that nobody fetched are counted', async () => {
    const { bus, clock, wait, sent } = yaoguiSetUp()
    expect(await wait(bus.read(WEIGHT))).toMatchObject({ quality: 'good', value: 81_250 })
    expect(await wait(bus.read(TEMPERATURE))).toMatchObject({ quality: 'good', value: 4_625 })
    const before = bus.stats().unfetched
    await clock.pass(1_000)
    await wait(bus.read(WEIGHT))
    expect(bus.stats()).toMatchObject({ pushed: 0, lost: 0 })
    expect(bus.stats().unfetched - before).toBeGreaterThanOrEqual(8)
    expect(sent.filter(type => type === 'subscribe')).toEqual([])
  })

  it('on a line of its own are pushed, and then not asked for', async () => {
    const { bus, clock, world, wait, sent } = yaoguiSetUp([{ ownLine: true }])
    await wait(bus.read(WEIGHT))
    await clock.pass(1_000)
    world.pan.value = 500
    await clock.pass(200)
    const asked = sent.length
    expect(await wait(bus.read(WEIGHT))).toMatchObject({ value: 50_000, quality: 'good' })
    expect(await wait(bus.read(TEMPERATURE))).toMatchObject({ value: 4_625 })
    expect(sent.length).toBe(asked)
    expect(bus.stats()).toMatchObject({ lost: 0, restarts: 0 })
    expect(bus.stats().pushed).toBeGreaterThan(20)
  })

  it('that are pushed and get lost are counted one by one', async () => {
    const { bus, clock, lost, wait } = yaoguiSetUp([{ ownLine: true, scales: 1, thermometers: 0 }])
    await wait(bus.read(WEIGHT))
    await clock.pass(500)
    lost.add('pushed')
    await clock.pass(300)
    lost.clear()
    await clock.pass(500)
    expect(bus.stats().lost).toBe(3)
  })

  it('are asked for again when pushing has stopped', async () => {
    const { bus, clock, lost, wait, sent } = yaoguiSetUp([{ ownLine: true }])
    await wait(bus.read(WEIGHT))
    lost.add('pushed')
    await clock.pass(1_000)
    expect(await wait(bus.read(WEIGHT))).toMatchObject({ value: 81_250 })
    expect(sent.filter(type => type === 'read')).toHaveLength(2)
  })

  it('go on after a restart of the board, which is counted', async () => {
    const { bus, boards, clock, wait } = yaoguiSetUp([{ ownLine: true }])
    await wait(bus.read(WEIGHT))
    await clock.pass(500)
    boards.restart(1)
    await clock.pass(1_000)
    await wait(bus.read(WEIGHT))
    await wait(bus.read(WEIGHT))
    await clock.pass(1_000)
    const { pushed } = bus.stats()
    await clock.pass(1_000)
    expect(bus.stats().pushed).toBeGreaterThan(pushed)
    expect(bus.stats()).toMatchObject({ lost: 0, restarts: 1 })
  })

  it('are no longer pushed when the master has been silent for 10 s, so that a line nobody reads stays quiet', async () => {
    const { bus, clock, wait } = yaoguiSetUp([{ ownLine: true }])
    await wait(bus.read(WEIGHT))
    await clock.pass(12_000)
    const { pushed } = bus.stats()
    await clock.pass(5_000)
    expect(bus.stats().pushed).toBe(pushed)
  })

  it('do not disturb answers: a pushed sample is never counted as late', async () => {
    const { bus, clock, wait, lineStats } = yaoguiSetUp([{ ownLine: true }])
    await wait(bus.read(WEIGHT))
    for (let n = 0; n < 20; n++) {
      await clock.pass(37)
      expect((await wait(bus.state(1))).contacts).toBe(0b1111)
    }
    expect(bus.stats().pushed).toBeGreaterThan(5)
    expect(lineStats()).toMatchObject({ late: 0, discardedBytes: 0 })
  })
})

describe('calibration and self-test of our own board', () => {
  it('teach a scale its zero and its span', async () => {
    const { bus, world, wait } = yaoguiSetUp()
    world.pan.value = 12
    expect(await wait(bus.calibrate(1, 1, 'zero'))).toMatchObject({ value: 0 })
    world.pan.value = 513
    expect(await wait(bus.calibrate(1, 1, { grams: 500 }))).toMatchObject({ value: 50_000 })
    world.pan.stable = false
    await expect(wait(bus.calibrate(1, 1, 'zero'))).rejects.toMatchObject({
      code: 'E_BOARD_REFUSED',
      kind: 'transient',
    })
  })

  it('no weight that was pushed before a zero is taken for one after it', async () => {
    const { bus, clock, lost, world, wait } = yaoguiSetUp([{ ownLine: true }])
    world.pan.value = 12
    await wait(bus.read(WEIGHT))
    await clock.pass(1_000)
    expect(await wait(bus.read(WEIGHT))).toMatchObject({ value: 1_200 })
    lost.add('pushed')
    await wait(bus.calibrate(1, 1, 'zero'))
    expect(await wait(bus.read(WEIGHT))).toMatchObject({ value: 0 })
  })

  it('tell of faults without a pulse', async () => {
    const { bus, boards, pulses, wait } = yaoguiSetUp()
    boards.breakDown(1, { coilFaults: 0b1000 })
    expect(await wait(bus.test(1))).toMatchObject({ coilFaults: 0b1000 })
    expect(pulses).toEqual([])
  })
})
