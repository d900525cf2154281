import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { GpioStatus } from '#hardware/ports.ts'
import {
  type Answer,
  BEACON,
  type CabinetOptions,
  CONTACT_PINS,
  type Drawer,
  type Edge,
  type GpioTree,
  gpioTree,
  LOCK_PINS,
  MAINS,
  monotonic,
  SIREN,
  startAgent,
  stopStep,
  type TestAgent,
} from './gpio-cabinet.ts'
import { until } from './hardware-wait.ts'

const DRAWERS = Object.keys(LOCK_PINS) as Drawer[]
const locks: readonly number[] = Object.values(LOCK_PINS)

type Pulse = { readonly pin: number; readonly from: number; readonly to: number; readonly ms: number }

/** Rises with their falls. Throws when a second lock line is high, or one is left so. */
const pulsesIn = (edges: readonly Edge[]): readonly Pulse[] => {
  const pulses: Pulse[] = []
  let up: Edge | undefined
  for (const edge of edges.filter(({ pin }) => locks.includes(pin))) {
    if (edge.high && up !== undefined) throw new Error(`pin ${edge.pin} rose while ${up.pin} was high`)
    if (!edge.high && up?.pin !== edge.pin) throw new Error(`pin ${edge.pin} fell without having been high`)
    if (!edge.high && up) pulses.push({ pin: edge.pin, from: up.at, to: edge.at, ms: edge.at - up.at })
    up = edge.high ? edge : undefined
  }
  if (up !== undefined) throw new Error(`pin ${up.pin} is still high`)
  return pulses
}

/** What every holder of the lines owes, whatever the lines are made of. Times are those of the writes themselves. */
export const gpioContract = (lines: CabinetOptions['lines']): void => {
  let tree: GpioTree
  const agents: TestAgent[] = []

  beforeEach(() => {
    tree = gpioTree()
  })
  afterEach(async () => {
    for (const agent of agents.splice(0)) await agent.stop()
    tree.remove()
  })

  const start = async (pulseMs = 300): Promise<TestAgent> => {
    const started = await startAgent({ tree, lines, pulseMs })
    if ('error' in started) throw new Error(started.error?.code)
    agents.push(started.agent)
    return started.agent
  }
  const anyLockHigh = (): boolean => locks.some(pin => tree.isHigh(pin))
  const untilHigh = (pin: number): Promise<void> => until(`pin ${pin} to be high`, () => tree.isHigh(pin))
  const untilAllLow = (): Promise<void> => until('all locks to be low', () => !anyLockHigh())
  const status = async (agent: TestAgent): Promise<GpioStatus> =>
    (await agent.tell({ do: 'status' })).value as GpioStatus
  const onlyPulse = (): Pulse => {
    const [pulse, ...more] = pulsesIn(tree.edges())
    if (pulse === undefined || more.length > 0) throw new Error(`${more.length + 1} pulses, not one`)
    return pulse
  }

  describe('a pulse', () => {
    it('is as long as it was asked to be, on the line of the pin on the chip found by its label', async () => {
      const agent = await start()
      for (const drawer of DRAWERS)
        expect(await agent.tell({ do: 'pulse', drawer })).not.toHaveProperty('error')
      const pulses = pulsesIn(tree.edges())
      expect(pulses.map(({ pin }) => pin)).toEqual(locks)
      const lengths = pulses.map(({ ms }) => ms).sort((a, b) => a - b)
      expect(lengths[0]).toBeGreaterThan(295)
      // Not the longest: it may have met a busy machine.
      expect(lengths[1]).toBeLessThan(400)
      expect(lengths.at(-1)).toBeLessThan(1_000)
    })

    it('is refused while another lock is energised: never two lines high', async () => {
      const agent = await start()
      const answers = await Promise.all(DRAWERS.map(drawer => agent.tell({ do: 'pulse', drawer })))
      expect(answers.filter(({ error }) => error === undefined)).toHaveLength(1)
      expect(answers.filter(({ error }) => error?.code === 'E_LOCK_BUSY')).toHaveLength(DRAWERS.length - 1)
      expect(onlyPulse().pin).toBe(LOCK_PINS.D01)
    })

    it('is refused to a lock that rests', async () => {
      const agent = await start()
      await agent.tell({ do: 'pulse', drawer: 'D01' })
      const again = await agent.tell({ do: 'pulse', drawer: 'D01' })
      expect(again.error).toEqual({ code: 'E_LOCK_RESTING', kind: 'transient' })
      expect(onlyPulse().pin).toBe(LOCK_PINS.D01)
    })

    it('ends when it should although the agent’s event loop is blocked for 5 s in the middle of it', async () => {
      const agent = await start()
      const pulse = agent.tell({ do: 'pulse', drawer: 'D02' })
      await untilHigh(LOCK_PINS.D02)
      const blockedAt = monotonic()
      const unblocked = agent.tell({ do: 'block', ms: 5_000 })
      await untilAllLow()
      expect(monotonic() - blockedAt).toBeLessThan(4_000)
      expect(onlyPulse().ms).toBeLessThan(1_000)
      await unblocked
      expect(monotonic() - blockedAt).toBeGreaterThan(4_500)
      // The stall was the agent's: its guard was well all the time, and the answer lay there.
      expect(await pulse).not.toHaveProperty('error')
      expect(await status(agent)).toMatchObject({ state: 'ready', losses: 0 })
      await until('unlocks to be accepted again', async () => {
        const { error } = await agent.tell({ do: 'pulse', drawer: 'D03' })
        if (error && error.code !== 'E_AGENT_STALLED') throw new Error(error.code)
        return error === undefined
      })
    })
  })

  describe('an agent that ends in the middle of a pulse', () => {
    const ways: Readonly<Record<string, (agent: TestAgent) => void>> = {
      'by SIGTERM': agent => agent.kill('SIGTERM'),
      'by SIGKILL': agent => agent.kill('SIGKILL'),
      'by an uncaught error': agent => void agent.tell({ do: 'throw' }),
      'by an unhandled rejection': agent => void agent.tell({ do: 'reject' }),
      'by process.exit': agent => void agent.tell({ do: 'exit' }),
    }
    it.each(Object.keys(ways))('%s leaves the line low, before the pulse’s own end', async way => {
      const agent = await start(1_000)
      void agent.tell({ do: 'pulse', drawer: 'D01' })
      await untilHigh(LOCK_PINS.D01)
      ways[way]?.(agent)
      await agent.ended
      const endedAt = monotonic()
      await untilAllLow()
      const { to, ms } = onlyPulse()
      expect(to - endedAt).toBeLessThan(1_000)
      expect(ms).toBeLessThan(990)
    })

    it('together with its guard leaves it to the service’s stop step, which lowers it', async () => {
      const agent = await start(1_000)
      void agent.tell({ do: 'pulse', drawer: 'D01' })
      await untilHigh(LOCK_PINS.D01)
      const guard = agent.guardPid()
      if (guard === undefined) throw new Error('no guard')
      // Stopped first: dead one after the other, the first one's end would be noticed by the second.
      agent.kill('SIGSTOP')
      process.kill(guard, 'SIGKILL')
      agent.kill('SIGKILL')
      await agent.ended
      expect(tree.isHigh(LOCK_PINS.D01)).toBe(true)
      expect(await stopStep(tree)).toBe(0)
      expect(anyLockHigh()).toBe(false)
    })
  })

  describe('a guard that ends in the middle of a pulse', () => {
    it('is noticed: the line is lowered, nothing is accepted or sent again until the next one is there', async () => {
      const agent = await start(1_000)
      const pulse = agent.tell({ do: 'pulse-or-next', drawer: 'D01', next: 'D02' })
      await untilHigh(LOCK_PINS.D01)
      const killedAt = monotonic()
      process.kill(agent.guardPid() ?? Number.NaN, 'SIGKILL')
      expect((await pulse).value).toEqual([
        { code: 'E_PULSE_UNCERTAIN', kind: 'ambiguous' },
        { code: 'E_GUARD_DOWN', kind: 'transient' },
      ])
      expect(onlyPulse().to - killedAt).toBeLessThan(1_000)

      await until('the next guard', async () => (await status(agent)).state === 'ready', 20_000)
      expect(await status(agent)).toMatchObject({ losses: 1 })
      // The coil that was energised has not cooled because its guard died.
      expect((await agent.tell({ do: 'pulse', drawer: 'D01' })).error?.code).toBe('E_LOCK_RESTING')
      expect(await agent.tell({ do: 'pulse', drawer: 'D02' })).not.toHaveProperty('error')
      expect(pulsesIn(tree.edges()).map(({ pin }) => pin)).toEqual([LOCK_PINS.D01, LOCK_PINS.D02])
    })

    it('lowers the line itself when it is asked to end', async () => {
      const agent = await start(1_000)
      const pulse = agent.tell({ do: 'pulse', drawer: 'D01' })
      await untilHigh(LOCK_PINS.D01)
      const askedAt = monotonic()
      process.kill(agent.guardPid() ?? Number.NaN, 'SIGTERM')
      await pulse
      expect(onlyPulse().to - askedAt).toBeLessThan(1_000)
    })

    it('or stands still is ended by the agent, which lowers the line', async () => {
      const agent = await start(300)
      const pulse = agent.tell({ do: 'pulse', drawer: 'D01' })
      await untilHigh(LOCK_PINS.D01)
      process.kill(agent.guardPid() ?? Number.NaN, 'SIGSTOP')
      expect((await pulse).error).toEqual({ code: 'E_PULSE_UNCERTAIN', kind: 'ambiguous' })
      expect(anyLockHigh()).toBe(false)
      expect(onlyPulse().ms).toBeLessThan(1_500)
    })
  })

  describe('inputs and alarms', () => {
    it('reads contacts and mains, and a bouncing contact settles', async () => {
      const agent = await start()
      const state = async (): Promise<Answer['value']> =>
        (await agent.tell({ do: 'state', drawer: 'D01' })).value
      expect(await state()).toBe('closed')
      expect((await agent.tell({ do: 'mains' })).value).toBe('present')
      for (let bounce = 0; bounce < 20; bounce += 1) tree.put(CONTACT_PINS.D01, bounce % 2 === 0)
      tree.put(CONTACT_PINS.D01, true)
      tree.put(MAINS, true)
      await until('the drawer to be open', async () => (await state()) === 'open')
      await until(
        'the mains to be absent',
        async () => (await agent.tell({ do: 'mains' })).value === 'absent',
      )
    })

    it('leaves the lamp lit and the siren silent when the agent is killed, and both off when it ends in order', async () => {
      const killed = await start()
      await killed.tell({ do: 'alarm', beacon: 'flashing', siren: true })
      expect(tree.isHigh(SIREN)).toBe(true)
      await until('the lamp to flash', () => tree.edges().filter(({ pin }) => pin === BEACON).length > 3)
      killed.kill('SIGKILL')
      await until('the siren to be silent and the lamp lit', () => !tree.isHigh(SIREN) && tree.isHigh(BEACON))

      const next = await start()
      expect(tree.isHigh(BEACON)).toBe(false)
      await next.tell({ do: 'alarm', beacon: 'steady', siren: true })
      await next.stop()
      await until('both to be off', () => !tree.isHigh(SIREN) && !tree.isHigh(BEACON))
    })
  })

  describe('at the start', () => {
    it('lowers at once what an earlier life left high', async () => {
      tree.leave(LOCK_PINS.D03, { value: '1' })
      await start()
      expect(tree.isHigh(LOCK_PINS.D03)).toBe(false)
    })

    it('holds the lines alone: a second agent gets none, and cuts none of the first one’s pulses', async () => {
      const first = await start(1_000)
      const starting = start(1_000)
      for (const drawer of DRAWERS)
        expect(await first.tell({ do: 'pulse', drawer })).not.toHaveProperty('error')
      const second = await starting
      expect((await second.tell({ do: 'pulse', drawer: 'D02' })).error?.code).toBe('E_GUARD_DOWN')
      expect(await status(second)).toMatchObject({ state: 'down', lastError: { code: 'E_GPIO_HELD' } })
      for (const { ms } of pulsesIn(tree.edges())) expect(ms).toBeGreaterThan(995)
      expect(pulsesIn(tree.edges())).toHaveLength(DRAWERS.length)
    })

    it.each([
      ['no chip with a label of a Pi', [{ base: 0, label: 'gpio-mockup' }]],
      [
        'two',
        [
          { base: 0, label: 'pinctrl-rp1' },
          { base: 512, label: 'pinctrl-bcm2711' },
        ],
      ],
    ])('refuses %s and says what it found', async (_, chips) => {
      tree.remove()
      tree = gpioTree(chips)
      expect(await startAgent({ tree, lines })).toEqual({ error: { code: 'E_GPIO_CHIP', kind: 'permanent' } })
    })
  })
}
