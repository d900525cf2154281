import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { WithdrawalView } from '#cloud-sync/contract/edge-withdrawals.ts'
import { REST_MS } from '#hardware/gpio/pulser.ts'
import { DRAWERS, serveCabinet } from './cabinet.ts'
import { bootPi, type Pi } from './machine/pi.ts'
import { type PinWatch, type SeenPulse, wirePins } from './machine/pins.ts'
import { prepare } from './prepare/prepare.ts'
import { openSite } from './site.ts'

const [BOARD, SHORT, LONG] = DRAWERS
/** The guard's timer starts before its line rises, and the emulated processor may be slow between the two. */
const EARLY_MS = 100
/** What the emulated processor, on a machine that is busy otherwise, may add to a timer. */
const LATE_MS = 300

const say = (line: string): void => void process.stderr.write(`emulated Pi: ${line}\n`)

describe('on an emulated Raspberry Pi', () => {
  let folder: string
  let cabinet: Awaited<ReturnType<typeof serveCabinet>>
  let pi: Pi
  let pins: PinWatch
  let site: Awaited<ReturnType<typeof openSite>>

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yaogui-pi-'))
    const image = await prepare(folder, say)
    cabinet = await serveCabinet()
    const consoleLog = join(import.meta.dirname, '../../artifacts/pi-console.log')
    pi = await bootPi({ image, uartPort: cabinet.uartPort, folder, consoleLog })
    pins = wirePins(pi.registers, cabinet.wires)
    site = await openSite(pi, cabinet.plan)
    await site.startAgent()
    await site.logIn()
  })
  afterAll(async () => {
    for (const { pin, atLeastMs, atMostMs } of pins?.pulses() ?? [])
      say(`pin ${pin} was high for ${atLeastMs.toFixed(0)}–${atMostMs.toFixed(0)} ms`)
    await pins?.stop()
    await pi?.close()
    await cabinet?.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** Takes two packs of what is open, shuts the drawer, and gives how the withdrawal goes on. */
  const takeTwo = async (drawer: string): Promise<WithdrawalView> => {
    await site.untilStands('open')
    cabinet.hand.take(drawer, 2)
    cabinet.hand.close(drawer)
    return site.untilStands('finished', 'waiting', 'over', 'under', 'unknown-object', 'count')
  }
  const pulsesOf = (pin: number): readonly SeenPulse[] => pins.pulses().filter(pulse => pulse.pin === pin)
  const untilHigh = (pin: number): Promise<unknown> => expect.poll(pins.high, { interval: 1 }).toContain(pin)
  const lowAfter = async (who: string, kill: () => Promise<unknown>): Promise<number> => {
    await kill()
    const killedAt = performance.now()
    await untilLow()
    const ms = (pins.pulses().at(-1)?.lowAt ?? Number.NaN) - killedAt
    say(`the line was low ${ms.toFixed(0)} ms after the ${who} was killed`)
    return ms
  }
  const untilLow = (): Promise<unknown> => expect.poll(pins.high, { interval: 1 }).toEqual([])
  /** A coil cools after each pulse, and the guard refuses it until then. */
  const untilRested = (pin: number): Promise<unknown> =>
    expect
      .poll(() => performance.now() - (pulsesOf(pin).at(-1)?.lowAt ?? Number.NEGATIVE_INFINITY))
      .toBeGreaterThan(REST_MS + LATE_MS)

  it('finds the chip of the pins by its label, among two whose bases are neither 0 nor 512', async () => {
    const chips = await pi.shell.run('cd /sys/class/gpio; for c in gpiochip*; do cat $c/base $c/label; done')
    expect(chips.trim().split('\n')).toHaveLength(4)
    const base = Number(/(\d+)\npinctrl-bcm2835/.exec(chips)?.[1])
    expect([0, 512]).not.toContain(base)
    for (const { pin } of [SHORT, LONG]) {
      const line = `/sys/class/gpio/gpio${base + pin}`
      expect(await pi.shell.run(`cat ${line}/direction ${line}/value`)).toBe('out\n0\n')
    }
  })

  it('completes a withdrawal over the lock board at the end of its UART', async () => {
    await site.startWithdrawal(site.slip(BOARD.drug))
    expect(await takeTwo(BOARD.id)).toMatchObject({ status: 'finished', outcome: 'matched' })
    expect(cabinet.heard().split('020000510356')).toHaveLength(2)
    expect(pins.pulses()).toEqual([])
  })

  it('completes a withdrawal over locks on its pins, each pulse as long as configured', async () => {
    const { session } = await site.startWithdrawal(site.slip(SHORT.drug, LONG.drug))
    expect(await takeTwo(SHORT.id)).toMatchObject({ status: 'running', current: 1 })
    await site.act(session, 'unlock')
    expect(await takeTwo(LONG.id)).toMatchObject({ status: 'finished', outcome: 'matched' })
    for (const { pin, pulseMs } of [SHORT, LONG]) {
      const [pulse, ...more] = pulsesOf(pin)
      expect(more).toEqual([])
      expect(pulse?.atMostMs).toBeGreaterThan(pulseMs - EARLY_MS)
      expect(pulse?.atLeastMs).toBeLessThan(pulseMs + LATE_MS)
    }
  })

  it('ends a pulse in time while the agent stands still', async () => {
    await untilRested(LONG.pin)
    await site.startWithdrawal(site.slip(LONG.drug))
    await untilHigh(LONG.pin)
    await site.signal('STOP')
    await untilLow()
    expect(pulsesOf(LONG.pin).at(-1)?.atLeastMs).toBeLessThan(LONG.pulseMs + LATE_MS)
    await site.signal('CONT')
    expect(await takeTwo(LONG.id)).toMatchObject({ status: 'finished', outcome: 'matched' })
  })

  it('lowers the line within a second when the guard is killed in mid-pulse, and never fires again by itself', async () => {
    const before = pulsesOf(LONG.pin).length
    await untilRested(LONG.pin)
    const guard = await site.guardProcess()
    const { session } = await site.startWithdrawal(site.slip(LONG.drug))
    await untilHigh(LONG.pin)
    expect(await lowAfter('guard', () => site.signal('KILL', guard))).toBeLessThan(1_000)

    // Without its guard the agent is blind to the switch as well. Unless the next one is very quick, nobody saw the
    // drawer open, and it is for a person to say that it did.
    const { steps } = await site.untilStands('failed', 'open')
    cabinet.hand.take(LONG.id, 2)
    cabinet.hand.close(LONG.id)
    if (steps[0]?.status === 'failed')
      await site.actOnceSeen(session, 'accept', { reason: '抽屉已关好，按秤计数' })
    expect(await site.untilStands('finished')).toMatchObject({ outcome: 'matched' })
    expect(pulsesOf(LONG.pin)).toHaveLength(before + 1)
  })

  it('lowers the line within a second when the agent is killed in mid-pulse, and leaves the rest to a person', async () => {
    const before = pulsesOf(LONG.pin).length
    await untilRested(LONG.pin)
    await site.startWithdrawal(site.slip(LONG.drug))
    await untilHigh(LONG.pin)
    expect(await lowAfter('agent', () => site.signal('KILL'))).toBeLessThan(1_000)

    cabinet.hand.take(LONG.id, 2)
    cabinet.hand.close(LONG.id)
    await site.startAgent()
    await site.logIn()
    const { session } = await site.untilStands('review')
    await site.act(session, 'review', { note: '断电恢复后清点，与秤一致', taken: { 0: 2 } })
    expect(await site.untilStands('finished')).toMatchObject({ outcome: 'matched' })
    expect(pulsesOf(LONG.pin)).toHaveLength(before + 1)
  })

  it('has never had two lock lines high at one time', () => {
    expect(pins.mostHigh()).toBe(1)
    expect(pins.high()).toEqual([])
  })
})
