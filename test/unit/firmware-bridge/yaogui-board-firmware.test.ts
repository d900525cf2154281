import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { yaoguiBoards } from '#firmware-bridge/emulator/yaogui-board.ts'
import {
  type Answer,
  createAnswerFramer,
  encode,
  type MessageOf,
  type Request,
} from '#firmware-bridge/protocols/yaogui-board/codec.ts'
import { wrap } from '#firmware-bridge/protocols/yaogui-board/framing.ts'
import { FAULTS, OUTCOMES, QUALITIES, REASONS } from '#firmware-bridge/protocols/yaogui-board/layouts.ts'
import { partsIn } from '#test/lib/firmware-bridge-streams.ts'
import { yaoguiWorld } from '#test/lib/firmware-bridge-yaogui-board.ts'
import { fakeLineClock } from '#test/lib/hardware-fake-clock.ts'

const BOOT = 7

const setUp = () => {
  const clock = fakeLineClock()
  const { world, pulses, shut } = yaoguiWorld([{ board: 1 }, { board: 2, ownLine: true }])
  let boot = BOOT - 1
  const boards = yaoguiBoards({ world, clock, drawBoot: () => Math.max(BOOT, ++boot) })
  const pushed: Uint8Array[] = []
  const hear = boards.createFarEnd(bytes => void pushed.push(bytes))
  const hearRaw = (bytes: Uint8Array): Answer | undefined =>
    partsIn(createAnswerFramer, hear(bytes)).frames[0]
  const ask = (request: Request): Answer | undefined => hearRaw(encode(request))
  const unlock = (change: Partial<MessageOf<'unlock'>> = {}) => {
    const order = { board: 1, seq: 1, boot: BOOT, id: 1, until: 0xffff, lock: 2, pulseMs: 400, ...change }
    return ask({ is: 'unlock', ...order }) as MessageOf<'unlocked'>
  }
  const settle = (id: number, boot = BOOT) =>
    ask({ is: 'settle', board: 1, seq: 2, boot, id }) as MessageOf<'settled'>
  const status = () => ask({ is: 'state', board: 1, seq: 3 }) as MessageOf<'status'>
  const pass = async (ms: number): Promise<void> => {
    for (let at = 0; at < ms; at += 100) {
      await clock.pass(Math.min(100, ms - at))
      status()
    }
  }
  return { world, pulses, shut, boards, clock, ask, hearRaw, unlock, settle, status, pass, pushed }
}

describe('a board of our own firmware', () => {
  it('pulses once for an id, however often it is told', async () => {
    const { unlock, pulses, pass } = setUp()
    expect(unlock()).toMatchObject({ id: 1, lock: 2, outcome: OUTCOMES.pulsing, ms: 400 })
    expect(unlock().outcome).toBe(OUTCOMES.pulsing)
    await pass(6_000)
    expect(unlock()).toMatchObject({ outcome: OUTCOMES.done, ms: 400 })
    expect(pulses).toEqual(['1/2'])
  })

  it('does not take an old id, or the same id for another lock', async () => {
    const { unlock, pulses, pass } = setUp()
    unlock({ id: 10 })
    await pass(6_000)
    expect(unlock({ id: 10, lock: 3 }).outcome).toBe(OUTCOMES.staleId)
    expect(unlock({ id: 9, lock: 3 }).outcome).toBe(OUTCOMES.staleId)
    expect(pulses).toEqual(['1/2'])
  })

  it('gives a refused id the same answer for ever', async () => {
    const { unlock, pulses, pass } = setUp()
    unlock({ id: 1 })
    expect(unlock({ id: 2, lock: 3 }).outcome).toBe(OUTCOMES.busy)
    await pass(6_000)
    expect(unlock({ id: 2, lock: 3 }).outcome).toBe(OUTCOMES.busy)
    expect(pulses).toEqual(['1/2'])
  })

  it('heeds no order of another boot, nor one that comes late', async () => {
    const { unlock, pulses, clock, boards } = setUp()
    expect(unlock({ boot: BOOT + 1 }).outcome).toBe(OUTCOMES.wrongBoot)
    await clock.pass(3_000)
    expect(unlock({ id: 2, until: 2_000 }).outcome).toBe(OUTCOMES.late)
    boards.restart(1)
    expect(unlock({ id: 3 })).toMatchObject({ outcome: OUTCOMES.wrongBoot })
    expect(pulses).toEqual([])
  })

  it('heeds no order of which it was already asked what became of it', () => {
    const { unlock, settle, pulses } = setUp()
    expect(settle(5).outcome).toBe(OUTCOMES.never)
    expect(unlock({ id: 5 }).outcome).toBe(OUTCOMES.never)
    expect(unlock({ id: 4 }).outcome).toBe(OUTCOMES.staleId)
    expect(unlock({ id: 6 }).outcome).toBe(OUTCOMES.pulsing)
    expect(pulses).toEqual(['1/2'])
  })

  it('remembers the last 16 orders and says so of older ones', () => {
    const { unlock, settle } = setUp()
    for (let id = 1; id <= 18; id++) unlock({ id, lock: 9 })
    expect([settle(2), settle(3), settle(18)].map(({ outcome }) => outcome)).toEqual([
      OUTCOMES.forgotten,
      OUTCOMES.noLock,
      OUTCOMES.noLock,
    ])
    expect(settle(3, BOOT + 1).outcome).toBe(OUTCOMES.wrongBoot)
  })

  it('refuses lock 0, lock 17, all ones and pulses over the cap, which our own code cannot even say', () => {
    const { hearRaw, pulses } = setUp()
    const forged = (lock: number, pulseMs: number, id: number) =>
      wrap([0x21, 3, 1, 0, 0, 0, BOOT, 0, 0, 0, id, 0, 0, 0xff, 0xff, lock, pulseMs >> 8, pulseMs & 0xff])
    const outcomes = [
      forged(0, 400, 1),
      forged(17, 400, 2),
      forged(0xff, 400, 3),
      forged(1, 1_001, 4),
      forged(1, 0, 5),
    ]
    expect(outcomes.map(bytes => (hearRaw(bytes) as MessageOf<'unlocked'>).outcome)).toEqual([
      OUTCOMES.noLock,
      OUTCOMES.noLock,
      OUTCOMES.noLock,
      OUTCOMES.badPulse,
      OUTCOMES.badPulse,
    ])
    expect(pulses).toEqual([])
  })

  it('never has two coils on, nor one for more than a second, nor one id twice, whatever it hears', async () => {
    const order = fc.record({
      id: fc.integer({ min: 1, max: 12 }),
      lock: fc.integer({ min: 1, max: 5 }),
      pulseMs: fc.integer({ min: 20, max: 1_000 }),
      boot: fc.constantFrom(BOOT, BOOT, BOOT, 99),
      wait: fc.integer({ min: 0, max: 1_500 }),
      settles: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(order, { maxLength: 30 }), async orders => {
        const { unlock, settle, pulses, clock, status } = setUp()
        const fired = new Map<number, number>()
        for (const { wait, settles, ...each } of orders) {
          const [before, was] = [pulses.length, status().coil]
          if (settles) settle(each.id)
          else unlock(each)
          if (pulses.length > before) {
            expect(was).toBe(0)
            fired.set(each.id, (fired.get(each.id) ?? 0) + 1)
          }
          await clock.pass(wait)
          if (wait >= 1_000) expect(status().coil).toBe(0)
        }
        expect([...fired.values()].every(count => count === 1)).toBe(true)
      }),
      { numRuns: 100 },
    )
  })

  it('shows contacts, their changes, the coil and its faults', async () => {
    const { unlock, status, pass, shut, boards } = setUp()
    expect(status()).toMatchObject({ boot: BOOT, lastId: 0, coil: 0, faults: 0, contacts: 0b1111 })
    unlock()
    expect(status()).toMatchObject({ lastId: 1, coil: 2, contacts: 0b1111, settling: 0b0010 })
    await pass(100)
    expect(status()).toMatchObject({ contacts: 0b1101, settling: 0 })
    await pass(1_000)
    shut()
    status()
    await pass(100)
    boards.breakDown(1, { lowSupply: true, coilFaults: 0b100 })
    expect(status()).toMatchObject({
      coil: 0,
      contacts: 0b1111,
      settling: 0,
      faults: FAULTS.lowSupply | FAULTS.coil,
      coilFaults: 0b100,
    })
    expect(status().changes.slice(0, 4)).toEqual([0, 2, 0, 0])
  })

  it('answers what it does not know with a reason', () => {
    const { ask, hearRaw, unlock } = setUp()
    const to = { board: 1, seq: 9 }
    const refused = (reason: number) => ({ is: 'refused', ...to, reason })
    expect(hearRaw(wrap([0x21, 0x3f, 9]))).toEqual({ ...refused(REASONS.type), type: 0x3f })
    expect(hearRaw(wrap([0x21, 2, 9, 0]))).toEqual({ ...refused(REASONS.length), type: 2 })
    expect(ask({ is: 'read', ...to, kind: 1, channel: 3 })).toMatchObject(refused(REASONS.channel))
    expect(ask({ is: 'subscribe', ...to, periodMs: 100 })).toMatchObject(refused(REASONS.sharedLine))
    unlock()
    expect(ask({ is: 'test', ...to })).toMatchObject(refused(REASONS.busy))
  })

  it('is silent to other boards, to other versions and to other boards’ answers', () => {
    const { ask, hearRaw } = setUp()
    expect(ask({ is: 'state', board: 3, seq: 1 })).toBeUndefined()
    expect(hearRaw(wrap([0x41, 2, 1]))).toBeUndefined()
    expect(hearRaw(wrap([0x20, 2, 1]))).toBeUndefined()
    expect(hearRaw(encode({ is: 'subscribed', board: 1, seq: 1, boot: BOOT, periodMs: 100 }))).toBeUndefined()
  })

  it('weighs by what it was taught, and keeps that through a restart', () => {
    const { ask, world, boards } = setUp()
    const calibrate = (what: number, hundredths: number) =>
      ask({ is: 'calibrate', board: 1, seq: 1, channel: 1, what, hundredths })
    world.pan.value = 100
    expect(calibrate(0, 0)).toMatchObject({ is: 'calibrated', value: 0 })
    world.pan.value = 300
    expect(calibrate(1, 999)).toMatchObject({ is: 'refused', reason: REASONS.value })
    expect(calibrate(1, 20_200)).toMatchObject({ is: 'calibrated', value: 20_200 })
    world.pan.stable = false
    expect(calibrate(0, 0)).toMatchObject({ is: 'refused', reason: REASONS.notAtRest })
    boards.restart(1)
    const read = () => ask({ is: 'read', board: 1, seq: 1, kind: 1, channel: 1 })
    expect(read()).toMatchObject({ value: 20_200, quality: QUALITIES.moving })
    world.pan.value = undefined
    expect(read()).toMatchObject({ value: 0, quality: QUALITIES.noAnswer })
  })
})
