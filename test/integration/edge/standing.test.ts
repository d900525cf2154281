import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAlarms } from '#edge/alarms/alarms.ts'
import { createBatteryWatch } from '#edge/alarms/battery.ts'
import { createFridgeDoors } from '#edge/alarms/fridge-doors.ts'
import { createMains } from '#edge/alarms/mains.ts'
import { causeAt } from '#edge/cold-chain/causes.ts'
import { createWatch } from '#edge/dispensing/watch.ts'
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

const MINUTE = 60_000
const world = () => ({
  door: 'closed' as 'open' | 'closed',
  drawer: 'closed' as 'open' | 'closed',
  mains: 'present' as 'present' | 'absent',
  battery: { low: false, percent: 80 } as { low: boolean; percent?: number },
  deaf: false,
})
type World = ReturnType<typeof world>

type Patience = {
  readonly doorMinutes?: number
  readonly powerMinutes?: number
  readonly noDoor?: boolean
  readonly noDrawer?: boolean
}

/** What of the agent watches things that must not last, as it is put together at each start. */
const start = (
  seen: World,
  { doorMinutes, powerMinutes, noDoor = false, noDrawer = false }: Patience = {},
) => {
  const alarms = createAlarms(held)
  const { clock } = held
  const port = <T>(read: () => T) => ({
    state: async () => {
      if (seen.deaf) throw new Error('no answer')
      return read()
    },
    onChange: () => () => {},
  })
  const doors = createFridgeDoors({
    ...{ ...held, alarms, minutes: doorMinutes, onChange: () => {} },
    doors: noDoor ? undefined : new Map([['F1', { ...port(() => seen.door), name: '1号冰箱' }]]),
  })
  const mains = createMains({ ...held, alarms, mains: port(() => seen.mains), minutes: powerMinutes })
  const battery = createBatteryWatch({ alarms, clock, battery: port(() => seen.battery) })
  const watch = createWatch({
    ...{ ...held, alarms, minutes: doorMinutes },
    hardware: {
      drawers: noDrawer ? new Map() : new Map([['D01', { lock: port(() => seen.drawer) } as never]]),
    },
    expectedOpen: () => 'D01',
    onTamper: () => {},
  })
  const tick = async () => {
    await Promise.all([doors.poll(), mains.poll(), battery.poll(), watch.sweep()])
  }
  const cause = causeAt({ mains, drawers: new Map(), isOpen: watch.isOpen, doors }, 'F1')
  return {
    alarms,
    doors,
    battery,
    cause,
    tick,
    /** Each second as the agent does it, coarser to spare the test's time. */
    pass: async (ms: number) => {
      clock.pass(ms)
      await tick()
    },
    open: () =>
      alarms
        .list()
        .filter(({ clearedAt }) => clearedAt === null)
        .map(({ id, level }) => [id, level]),
  }
}
const journaled = (kind: string) =>
  held.journal
    .read(0, 1_000)
    .filter(record => record.kind === kind)
    .map(({ data }) => JSON.parse(data))
const alarmed = (id: string) => journaled('alarm.raised').filter(({ alarm }) => alarm === id).length

describe('a refrigerator’s door', () => {
  it('is an alarm at five minutes and not a second before, and each opening is on the record', async () => {
    const seen = world()
    const agent = start(seen)
    await agent.tick()
    expect(agent.doors.state('F1')).toBe('closed')
    seen.door = 'open'
    await agent.tick()
    await agent.pass(5 * MINUTE - 1_000)
    expect([agent.open(), agent.doors.state('F1')]).toEqual([[], 'open'])
    await agent.pass(1_000)
    expect(agent.open()).toEqual([['fridge-door-F1', 'alarm']])
    await agent.pass(MINUTE)
    seen.door = 'closed'
    await agent.tick()
    expect([agent.open(), alarmed('fridge-door-F1')]).toEqual([[], 1])
    expect(journaled('door.changed')).toEqual([
      { thermometer: 'F1', state: 'open' },
      { thermometer: 'F1', state: 'closed' },
    ])
  })

  it('adds nothing up over a closing in between', async () => {
    const seen = world()
    const agent = start(seen)
    for (const state of ['open', 'closed', 'open'] as const) {
      seen.door = state
      await agent.tick()
      await agent.pass(4 * MINUTE)
    }
    expect(agent.open()).toEqual([])
  })

  it('counts over a restart and over midnight, and is told neither twice nor late', async () => {
    // 23:58 in Shanghai.
    held.clock.set('2026-11-22T15:58:00.000Z')
    const seen = world()
    seen.door = 'open'
    await start(seen).tick()
    held.clock.pass(4 * MINUTE)
    const again = start(seen)
    await again.tick()
    expect(again.open()).toEqual([])
    await again.pass(MINUTE)
    expect(again.open()).toEqual([['fridge-door-F1', 'alarm']])
    const third = start(seen)
    await third.tick()
    await third.pass(MINUTE)
    expect(alarmed('fridge-door-F1')).toBe(1)
    seen.door = 'closed'
    const last = start(seen)
    await last.tick()
    expect([last.open(), journaled('door.changed')]).toEqual([
      [],
      [
        { thermometer: 'F1', state: 'open' },
        { thermometer: 'F1', state: 'closed' },
      ],
    ])
  })

  it('stands open no longer because somebody set the clock', async () => {
    const seen = world()
    seen.door = 'open'
    const agent = start(seen)
    await agent.tick()
    held.clock.set('2026-11-23T02:00:00.000Z')
    await agent.pass(4 * MINUTE)
    held.clock.set('2026-11-20T02:00:00.000Z')
    await agent.tick()
    expect(agent.open()).toEqual([])
    await agent.pass(MINUTE)
    expect(agent.open()).toEqual([['fridge-door-F1', 'alarm']])
  })

  it('that stands open too long is no less an alarm because the clock was behind after a restart', async () => {
    const seen = world()
    seen.door = 'open'
    const agent = start(seen)
    await agent.tick()
    await agent.pass(5 * MINUTE)
    held.clock.set('2026-11-20T02:00:00.000Z')
    const again = start(seen)
    await again.tick()
    await again.pass(MINUTE)
    expect([again.open(), alarmed('fridge-door-F1'), journaled('alarm.cleared')]).toEqual([
      [['fridge-door-F1', 'alarm']],
      1,
      [],
    ])
  })

  it('is written to the disk when it changes, and not while nothing does', async () => {
    const writes = () => held.db.get<{ n: number }>('SELECT total_changes() AS n')?.n ?? 0
    const seen = world()
    const agent = start(seen)
    await agent.tick()
    const still = async (ms: number) => {
      const before = writes()
      for (let at = 0; at < ms; at += 10_000) await agent.pass(10_000)
      return writes() - before
    }
    expect(await still(5 * MINUTE)).toBe(0)
    for (const state of ['open', 'closed'] as const) {
      seen.door = state
      seen.drawer = state
      await agent.tick()
      expect(await still(50_000)).toBe(0)
    }
    seen.door = 'open'
    seen.mains = 'absent'
    await agent.tick()
    await still(6 * MINUTE)
    expect([agent.open().length, await still(5 * MINUTE)]).toEqual([2, 0])
  })

  it('alarms while the disk refuses, and is written down when it takes it again', async () => {
    const seen = world()
    const agent = start(seen)
    await agent.tick()
    held.db.run('PRAGMA query_only = ON')
    seen.door = 'open'
    await agent.tick()
    await agent.pass(5 * MINUTE)
    expect(agent.open()).toEqual([['fridge-door-F1', 'alarm']])
    held.db.run('PRAGMA query_only = OFF')
    held.journal.flush()
    expect(journaled('door.changed')).toEqual([{ thermometer: 'F1', state: 'open' }])
    const after = start(seen)
    await after.tick()
    expect([after.open(), alarmed('fridge-door-F1')]).toEqual([[['fridge-door-F1', 'alarm']], 1])
  })

  it('that cannot be read is neither open nor closed, and what lasted goes on lasting', async () => {
    const seen = world()
    seen.door = 'open'
    const agent = start(seen)
    await agent.tick()
    seen.deaf = true
    await agent.pass(4 * MINUTE)
    expect([agent.doors.state('F1'), journaled('door.changed')]).toMatchObject([
      'unknown',
      [{ state: 'open' }],
    ])
    seen.deaf = false
    await agent.pass(MINUTE)
    expect(agent.open()).toContainEqual(['fridge-door-F1', 'alarm'])
  })

  it('warms its place: it is a cause of the early warning', async () => {
    const seen = world()
    const agent = start(seen)
    await agent.tick()
    expect(agent.cause()).toBe(null)
    seen.door = 'open'
    await agent.tick()
    expect(agent.cause()).toBe('door')
  })

  it('that is in the plan no more leaves no alarm behind', async () => {
    const seen = world()
    seen.door = 'open'
    const agent = start(seen, { doorMinutes: 2 })
    await agent.tick()
    await agent.pass(2 * MINUTE)
    expect(agent.open()).toContainEqual(['fridge-door-F1', 'alarm'])
    expect(start(seen, { noDoor: true }).open()).toEqual([])
  })

  it('that is in the plan no more is from then on unknown to the record, whatever it was', async () => {
    const seen = world()
    seen.door = 'open'
    await start(seen).tick()
    start(seen, { noDoor: true })
    start(seen, { noDoor: true })
    expect(journaled('door.changed')).toEqual([
      { thermometer: 'F1', state: 'open' },
      { thermometer: 'F1', state: 'unknown' },
    ])
    await start(seen).tick()
    expect(journaled('door.changed').at(-1)).toEqual({ thermometer: 'F1', state: 'open' })
  })

  it('that is in the plan no more does not keep an agent from starting whose disk refuses', async () => {
    const seen = world()
    seen.door = 'open'
    const agent = start(seen)
    await agent.tick()
    held.db.run('PRAGMA query_only = ON')
    await agent.pass(5 * MINUTE)
    expect(start(seen, { noDoor: true }).doors.state('F1')).toBe('unknown')
    held.db.run('PRAGMA query_only = OFF')
    held.journal.flush()
    expect(start(seen, { noDoor: true }).open()).toEqual([])
  })
})

describe('a drawer', () => {
  it('that stands open over a restart is an alarm five minutes after it was opened', async () => {
    const seen = world()
    seen.drawer = 'open'
    await start(seen).tick()
    held.clock.pass(5 * MINUTE - 1_000)
    const again = start(seen)
    await again.tick()
    expect(again.open()).toEqual([['drawer-open-D01', 'warning']])
    await again.pass(1_000)
    expect(again.open()).toEqual([['drawer-open-D01', 'alarm']])
    seen.drawer = 'closed'
    await again.tick()
    expect(again.open()).toEqual([])
  })

  it('that is in the plan no more leaves no alarm behind, and is a new one when it comes back', async () => {
    const seen = world()
    seen.drawer = 'open'
    const agent = start(seen)
    await agent.tick()
    await agent.pass(5 * MINUTE)
    agent.alarms.raise({ id: 'tamper-D01', kind: 'tamper', level: 'alarm', zh: '', en: '' })
    expect(start(seen, { noDrawer: true }).open()).toEqual([])
    const back = start(seen)
    await back.tick()
    expect(back.open()).toEqual([])
  })

  it('may stand open for as long as the plan says', async () => {
    const seen = world()
    seen.drawer = 'open'
    const agent = start(seen, { doorMinutes: 10 })
    await agent.tick()
    await agent.pass(9 * MINUTE)
    expect(agent.open()).toEqual([['drawer-open-D01', 'warning']])
    await agent.pass(MINUTE)
    expect(agent.open()).toEqual([['drawer-open-D01', 'alarm']])
  })
})

describe('the mains', () => {
  it('that are away are told at once, and after sixty minutes that the goods have to be looked at', async () => {
    const seen = world()
    const agent = start(seen)
    await agent.tick()
    seen.mains = 'absent'
    await agent.tick()
    await agent.pass(60 * MINUTE - 1_000)
    expect(agent.open()).toEqual([['mains', 'alarm']])
    await agent.pass(1_000)
    expect(agent.open().map(([id]) => id)).toEqual(['mains-long', 'mains'])
    seen.mains = 'present'
    await agent.tick()
    expect([agent.open(), journaled('mains.changed')]).toEqual([
      [],
      [{ state: 'absent' }, { state: 'present' }],
    ])
  })

  it('stay away over restarts: the hour counts from their failure, and nothing is told twice', async () => {
    const seen = world()
    seen.mains = 'absent'
    await start(seen).tick()
    for (let quarter = 1; quarter <= 3; quarter++) {
      held.clock.pass(15 * MINUTE)
      await start(seen).tick()
    }
    expect(alarmed('mains-long')).toBe(0)
    held.clock.pass(15 * MINUTE)
    await start(seen).tick()
    await start(seen).tick()
    expect([alarmed('mains-long'), alarmed('mains'), journaled('mains.changed')]).toEqual([
      1,
      1,
      [{ state: 'absent' }],
    ])
  })

  it('that are away go on being away while nobody can read them, over a restart too', async () => {
    const seen = world()
    seen.mains = 'absent'
    const agent = start(seen)
    await agent.tick()
    await agent.pass(50 * MINUTE)
    seen.deaf = true
    await agent.tick()
    const again = start(seen)
    await again.pass(10 * MINUTE - 1_000)
    expect(again.alarms.isOpen('mains-long')).toBe(false)
    await again.pass(1_000)
    expect(again.alarms.isOpen('mains-long')).toBe(true)
    seen.deaf = false
    seen.mains = 'present'
    await again.tick()
    expect(again.open()).toEqual([])
  })

  it('of a journal that an older agent left in a failure are not told to have failed again', async () => {
    const seen = world()
    seen.mains = 'absent'
    await start(seen).tick()
    held.db.run('DELETE FROM standing_state')
    await start(seen).tick()
    seen.mains = 'present'
    await start(seen).tick()
    expect(journaled('mains.changed')).toEqual([{ state: 'absent' }, { state: 'present' }])
  })
})

describe('what is in the plan no more', () => {
  it('leaves no alarm of mains or battery behind', async () => {
    const seen = world()
    seen.mains = 'absent'
    seen.battery = { low: true, percent: 5 }
    const agent = start(seen, { powerMinutes: 30 })
    await agent.tick()
    await agent.pass(30 * MINUTE)
    expect(
      agent
        .open()
        .map(([id]) => id)
        .sort(),
    ).toEqual(['battery', 'mains', 'mains-long'])
    for (let restart = 0; restart < 2; restart++) createMains({ ...held, alarms: agent.alarms })
    createBatteryWatch({ ...held, alarms: agent.alarms })
    expect(agent.open()).toEqual([])
    expect(journaled('mains.changed')).toEqual([{ state: 'absent' }, { state: 'unknown' }])
  })
})

describe('the battery', () => {
  it('is an alarm when it is low, with its charge, and over only after ten minutes that are good', async () => {
    const seen = world()
    const agent = start(seen)
    await agent.tick()
    expect([agent.open(), agent.battery.state()]).toEqual([[], { state: 'ok', percent: 80 }])
    seen.battery = { low: true, percent: 20 }
    await agent.pass(10_000)
    expect(agent.open()).toEqual([['battery', 'alarm']])
    expect(agent.alarms.find('battery')?.text.zh).toContain('剩 20 %')
    for (let hover = 0; hover < 5; hover++) {
      seen.battery = { low: false, percent: 21 }
      await agent.pass(10_000)
      await agent.pass(9 * MINUTE)
      seen.battery = { low: true, percent: 20 }
      await agent.pass(10_000)
    }
    expect([agent.open(), alarmed('battery')]).toEqual([[['battery', 'alarm']], 1])
    seen.battery = { low: false, percent: 30 }
    await agent.pass(10_000)
    await agent.pass(10 * MINUTE)
    expect(agent.open()).toEqual([])
  })

  it('of which only a contact is known is told without a charge', async () => {
    const seen = world()
    seen.battery = { low: true }
    const agent = start(seen)
    await agent.tick()
    expect(agent.battery.state()).toEqual({ state: 'low', percent: null })
    expect(agent.alarms.find('battery')?.text.zh).not.toContain('%')
  })

  it('that cannot be read for five minutes is a warning, and a low one stays an alarm meanwhile', async () => {
    const seen = world()
    seen.battery = { low: true, percent: 9 }
    const agent = start(seen)
    await agent.tick()
    seen.deaf = true
    await agent.pass(5 * MINUTE - 1_000)
    expect([agent.open().map(([id]) => id), agent.battery.state().state]).toEqual([
      ['locks-deaf', 'battery'],
      'unknown',
    ])
    await agent.pass(1_000)
    expect(agent.open()).toContainEqual(['battery-unread', 'warning'])
    expect(agent.open()).toContainEqual(['mains-unread', 'warning'])
    seen.deaf = false
    await agent.tick()
    expect(agent.open()).toEqual([['battery', 'alarm']])
  })
})
