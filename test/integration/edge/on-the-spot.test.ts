import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAlarms } from '#edge/alarms/alarms.ts'
import { createMains } from '#edge/alarms/mains.ts'
import { createLocalAlarm } from '#edge/alarms/on-the-spot.ts'
import { HardwareError } from '#hardware/error.ts'
import type { GpioStatus } from '#hardware/ports.ts'
import { openJournal, temporaryDir } from '#test/lib/edge-journal.ts'

let dir: ReturnType<typeof temporaryDir>
let held: ReturnType<typeof openJournal>
beforeEach(() => {
  dir = temporaryDir()
  held = openJournal(dir.path)
})
afterEach(() => {
  held.close()
  dir.remove()
})

const down = new HardwareError('E_GUARD_DOWN', { zh: '没有应答', en: 'no answer', kind: 'transient' })

/** A lamp, a siren, a mains relay and a guard's state in the test's hand. */
const spot = () => {
  const seen = { lamp: 'off', siren: false, mains: 'present' as 'present' | 'absent', fails: false }
  let status: GpioStatus = { state: 'ready', losses: 0 }
  const alarms = createAlarms(held)
  let testing = false
  const mains = createMains({
    ...held,
    alarms,
    mains: { state: async () => seen.mains, onChange: () => () => {} },
  })
  const tick = createLocalAlarm({
    alarms,
    mains,
    testing: () => testing,
    hardware: {
      beacon: {
        show: async pattern => {
          if (seen.fails) throw down
          seen.lamp = pattern
        },
      },
      siren: {
        sound: async on => {
          seen.siren = on
        },
      },
      gpioStatus: () => status,
    },
  })
  return {
    alarms,
    seen,
    tick,
    guard: (next: GpioStatus) => {
      status = next
    },
    test: (on: boolean) => {
      testing = on
    },
    open: () => alarms.list().filter(({ clearedAt }) => clearedAt === null),
  }
}

const excursion = { id: 'e', kind: 'excursion', level: 'alarm', zh: '超温', en: 'too warm' } as const

describe('the alarm on the spot', () => {
  it('flashes and sounds at once, stays lit when acknowledged, and ends with its cause', async () => {
    const { alarms, seen, tick } = spot()
    alarms.raise(excursion)
    await tick()
    expect(seen).toMatchObject({ lamp: 'flashing', siren: true })
    alarms.acknowledge('e', 'wang', '已查看')
    await tick()
    expect(seen).toMatchObject({ lamp: 'steady', siren: false })
    alarms.clear('e')
    await tick()
    expect(seen).toMatchObject({ lamp: 'off', siren: false })
  })

  it('needs no loop to sound: the alarm itself starts it', async () => {
    const { alarms, seen } = spot()
    alarms.raise(excursion)
    await expect.poll(() => seen.siren, { timeout: 10_000 }).toBe(true)
  })

  it('stays silent for a warning', async () => {
    const { alarms, seen, tick } = spot()
    alarms.raise({ ...excursion, kind: 'forecast', level: 'warning' })
    await tick()
    expect(seen).toMatchObject({ lamp: 'off', siren: false })
  })

  it('goes on after a restart with what is still open', async () => {
    spot().alarms.raise(excursion)
    const after = spot()
    await after.tick()
    expect(after.seen).toMatchObject({ lamp: 'flashing', siren: true })
  })

  it('tries again what could not be switched', async () => {
    const { alarms, seen, tick } = spot()
    seen.fails = true
    alarms.raise(excursion)
    await expect(tick()).rejects.toMatchObject({ code: 'E_GUARD_DOWN' })
    seen.fails = false
    await tick()
    expect(seen.lamp).toBe('flashing')
  })

  it('tells that the mains failed, and that they are back', async () => {
    const { seen, tick, open } = spot()
    seen.mains = 'absent'
    await tick()
    expect(open()).toMatchObject([{ id: 'mains', level: 'alarm' }])
    expect(seen.siren).toBe(true)
    seen.mains = 'present'
    await tick()
    expect(open()).toEqual([])
    expect(seen).toMatchObject({ lamp: 'off', siren: false })
    const states = held.journal
      .read(0, 100)
      .flatMap(({ kind, data }) => (kind === 'mains.changed' ? [JSON.parse(data).state] : []))
    expect(states).toEqual(['absent', 'present'])
  })

  it('does not tell a mains failure twice over a restart, and tells a return that happened meanwhile', async () => {
    const before = spot()
    before.seen.mains = 'absent'
    await before.tick()
    const still = spot()
    still.seen.mains = 'absent'
    await still.tick()
    const back = spot()
    await back.tick()
    expect(back.open()).toEqual([])
    const changes = held.journal.read(0, 100).filter(({ kind }) => kind === 'mains.changed')
    expect(changes).toHaveLength(2)
  })

  it('is tried by hand, and goes back to what is really so', async () => {
    const { seen, tick, test } = spot()
    test(true)
    await tick()
    expect(seen).toMatchObject({ lamp: 'flashing', siren: true })
    test(false)
    await tick()
    expect(seen).toMatchObject({ lamp: 'off', siren: false })
  })

  it('tells that the guard of the pins is down, and why', async () => {
    const { guard, tick, open } = spot()
    guard({ state: 'down', losses: 1, lastError: down })
    await tick()
    expect(open()).toMatchObject([{ id: 'gpio-guard', text: { en: expect.stringContaining('no answer') } }])
    guard({ state: 'ready', losses: 1 })
    await tick()
    expect(open()).toEqual([])
  })
})
