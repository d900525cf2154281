import { beforeEach, describe, expect, it } from 'vitest'
import { createBatteryWatch } from '#edge/alarms/battery.ts'
import { createMains } from '#edge/alarms/mains.ts'
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

describe('a drawer', () => {
  it('that stands open over a restart is an alarm five minutes after it was opened', async () => {
    const seen = quietWorld()
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
    const seen = quietWorld()
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
    const seen = quietWorld()
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
    const seen = quietWorld()
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
    const seen = quietWorld()
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
    const seen = quietWorld()
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
    const seen = quietWorld()
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
    const seen = quietWorld()
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
    const seen = quietWorld()
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
    const seen = quietWorld()
    seen.battery = { low: true }
    const agent = start(seen)
    await agent.tick()
    expect(agent.battery.state()).toEqual({ state: 'low', percent: null })
    expect(agent.alarms.find('battery')?.text.zh).not.toContain('%')
  })

  it('that cannot be read for five minutes is a warning, and a low one stays an alarm meanwhile', async () => {
    const seen = quietWorld()
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
