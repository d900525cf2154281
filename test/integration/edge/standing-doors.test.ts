import { beforeEach, describe, expect, it } from 'vitest'
import { ownJournal, type TestJournal } from '#test/lib/edge-own-journal.ts'
import {
  alarmedIn,
  journaledIn,
  type Patience,
  quietWorld,
  startWatching,
  type World,
} from '#test/lib/edge-standing.ts'

let held: TestJournal
beforeEach(() => {
  held = ownJournal()
})

const MINUTE = 60_000
const start = (seen: World, patience?: Patience) => startWatching(held, seen, patience)
const journaled = (kind: string) => journaledIn(held, kind)
const alarmed = (id: string) => alarmedIn(held, id)

describe('a refrigerator’s door', () => {
  it('is an alarm at five minutes and not a second before, and each opening is on the record', async () => {
    const seen = quietWorld()
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
    const seen = quietWorld()
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
    const seen = quietWorld()
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
    const seen = quietWorld()
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
    const seen = quietWorld()
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
    const seen = quietWorld()
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
    const seen = quietWorld()
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
    const seen = quietWorld()
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
    const seen = quietWorld()
    const agent = start(seen)
    await agent.tick()
    expect(agent.cause()).toBe(null)
    seen.door = 'open'
    await agent.tick()
    expect(agent.cause()).toBe('door')
  })

  it('that is in the plan no more leaves no alarm behind', async () => {
    const seen = quietWorld()
    seen.door = 'open'
    const agent = start(seen, { doorMinutes: 2 })
    await agent.tick()
    await agent.pass(2 * MINUTE)
    expect(agent.open()).toContainEqual(['fridge-door-F1', 'alarm'])
    expect(start(seen, { noDoor: true }).open()).toEqual([])
  })

  it('that is in the plan no more is from then on unknown to the record, whatever it was', async () => {
    const seen = quietWorld()
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
    const seen = quietWorld()
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
