import { describe, expect, it } from 'vitest'
import { gpioContact, gpioDoor, gpioLock, pinsOf } from '#hardware/drivers/gpio-ports.ts'
import { alarmLevels, levelsAfter, SIREN_HOLD_MS } from '#hardware/gpio/alarm-outputs.ts'
import type { GpioGuard } from '#hardware/gpio/client.ts'
import { checkPlan } from '#hardware/plan-check.ts'
import { pulseMs } from '#hardware/ports.ts'

/** The far side of the port: pins in memory. */
const pins = () => {
  const levels = new Map<number, boolean>()
  const listeners = new Map<number, (high: boolean) => void>()
  const pulses: [number, number][] = []
  const guard: GpioGuard = {
    firstAttempt: Promise.resolve(),
    pulse: async (pin, ms) => void pulses.push([pin, ms]),
    isHigh: pin => levels.get(pin) ?? false,
    onLevel: (pin, listener) => {
      listeners.set(pin, listener)
      return () => void listeners.delete(pin)
    },
    alarm: async () => {},
    status: () => ({ state: 'ready', losses: 0 }),
    close: async () => {},
  }
  return { levels, listeners, pulses, guard }
}
const lock = { driver: 'gpio', pin: 17, contactPin: 5, debounceMs: 30 } as const

describe('a GPIO lock', () => {
  it.each([
    [true, 'hook-closed', 'open'],
    [false, 'hook-closed', 'closed'],
    [true, 'hook-open', 'closed'],
    [false, 'hook-open', 'open'],
  ] as const)('with its contact high: %s and shut when %s is %s', async (high, closedWhen, state) => {
    const { guard, levels } = pins()
    levels.set(5, high)
    expect(await gpioLock(guard, lock, closedWhen).state()).toBe(state)
  })

  it('pulses its own pin for as long as asked', async () => {
    const { guard, pulses } = pins()
    await gpioLock(guard, lock, 'hook-closed').pulse(pulseMs(400))
    expect(pulses).toEqual([[17, 400]])
  })

  it('cannot be made without a guard', () => {
    expect(() => gpioLock(undefined, lock, 'hook-closed')).toThrow(
      expect.objectContaining({ code: 'E_DRIVER_ABSENT' }),
    )
  })

  it('has a contact that tells its changes until it is told not to', () => {
    const { guard, listeners } = pins()
    const told: string[] = []
    const off = gpioContact(guard, { contactPin: 5, closedWhen: 'hook-closed' }).onChange(state =>
      told.push(state),
    )
    listeners.get(5)?.(true)
    listeners.get(5)?.(false)
    off()
    expect(told).toEqual(['open', 'closed'])
    expect(listeners.size).toBe(0)
  })
})

describe('a refrigerator’s door', () => {
  it.each([
    [true, 'high', 'open'],
    [false, 'high', 'closed'],
    [true, 'low', 'closed'],
    [false, 'low', 'open'],
  ] as const)('with its contact high: %s and open when %s is %s', async (high, openWhen, state) => {
    const { guard, levels, listeners } = pins()
    levels.set(6, high)
    const door = gpioDoor(guard, { pin: 6, openWhen })
    expect(await door.state()).toBe(state)
    const told: string[] = []
    door.onChange(each => told.push(each))
    listeners.get(6)?.(high)
    expect(told).toEqual([state])
  })
})

describe('the guard’s pins', () => {
  it('are those of the plan', () => {
    const checked = checkPlan({
      version: 1,
      lines: [],
      drawers: [
        {
          id: 'D01',
          lock: { driver: 'gpio', pin: 17, contactPin: 5 },
          scale: { driver: 'hx711', device: 'iio:device0', zero: 8_388_608, countsPerGram: 400 },
        },
      ],
      thermometers: [
        {
          ...{ id: 'F1', name: '冰箱', low: 2, high: 8, driver: 'w1', device: '28-000000000001' },
          door: { driver: 'gpio', pin: 6, debounceMs: 100 },
        },
      ],
      battery: { driver: 'gpio', pin: 19 },
      siren: { driver: 'gpio', pin: 21 },
      mains: { driver: 'gpio', pin: 16, debounceMs: 200 },
    })
    if (!checked.ok) throw new Error(JSON.stringify(checked.problems))
    expect(pinsOf(checked.plan)).toEqual({
      locks: [17],
      inputs: [
        { pin: 5, debounceMs: 30 },
        { pin: 16, debounceMs: 200 },
        { pin: 19, debounceMs: 30 },
        { pin: 6, debounceMs: 100 },
      ],
      siren: 21,
    })
  })
})

describe('lamp and siren', () => {
  const seen = { now: 0, agentSilentMs: 0 }
  it.each([
    ['off', 0, false],
    ['steady', 0, true],
    ['flashing', 0, true],
    ['flashing', 499, true],
    ['flashing', 500, false],
    ['flashing', 1_000, true],
  ] as const)('a lamp ordered %s is at %d ms lit: %s', (beacon, now, lit) => {
    expect(alarmLevels({ beacon, siren: false }, { ...seen, now }).beacon).toBe(lit)
  })

  it('the lamp is lit while the agent hangs, whatever was ordered', () => {
    expect(alarmLevels({ beacon: 'off', siren: false }, { now: 0, agentSilentMs: 2_001 }).beacon).toBe(true)
  })

  it('a siren goes on while the agent hangs, but not for ever', () => {
    const siren = (agentSilentMs: number) =>
      alarmLevels({ beacon: 'off', siren: true }, { now: 0, agentSilentMs }).siren
    expect([siren(0), siren(SIREN_HOLD_MS - 1), siren(SIREN_HOLD_MS)]).toEqual([true, true, false])
  })

  it('a siren that does not sound is not started by an agent that hangs', () => {
    expect(alarmLevels({ beacon: 'off', siren: false }, { now: 0, agentSilentMs: 5_000 }).siren).toBe(false)
  })

  it('after an agent that died the lamp stays lit; after an orderly end nothing does', () => {
    expect(levelsAfter(false)).toEqual({ beacon: true, siren: false })
    expect(levelsAfter(true)).toEqual({ beacon: false, siren: false })
  })
})
