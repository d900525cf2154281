import { beforeEach, describe, expect, it } from 'vitest'
import { createAlarms } from '#edge/alarms/alarms.ts'
import { createWatch } from '#edge/dispensing/watch.ts'
import { createService } from '#edge/operations/service.ts'
import { ownJournal, type TestJournal } from '#test/lib/edge-own-journal.ts'

let open: TestJournal
beforeEach(() => {
  open = ownJournal()
})

/** Two drawers under the watch; D01 stands open as somebody's own drawer. */
const watched = (expectedOpen?: string, inReview?: string) => {
  const { db, journal, clock } = open
  const alarms = createAlarms({ db, journal, clock })
  const position = { D01: 'closed', D02: 'closed' } as Record<string, 'open' | 'closed'>
  const drawers = new Map(
    Object.keys(position).map(id => [id, { lock: { state: async () => position[id] ?? 'closed' } } as never]),
  )
  const service = createService({ db, journal, clock, drawers: [...drawers.keys()], onChange: () => {} })
  const watch = createWatch({
    hardware: { drawers },
    db,
    journal,
    alarms,
    clock,
    expectedOpen: () => expectedOpen,
    inReview: () => inReview,
    onTamper: drawer => service.demandCount('tamper', [drawer]),
  })
  return { alarms, position, service, watch, clock, journal }
}

describe('a drawer that stands open', () => {
  it('is a reminder after a minute, an alarm after five, and neither once it is closed', async () => {
    const { alarms, position, watch, clock } = watched('D01')
    const state = () => alarms.list().map(({ id, level, clearedAt }) => [id, level, clearedAt !== null])
    position.D01 = 'open'
    await watch.sweep()
    clock.pass(59_000)
    await watch.sweep()
    expect(state()).toEqual([])
    clock.pass(2_000)
    await watch.sweep()
    expect(state()).toEqual([['drawer-open-D01', 'warning', false]])
    clock.pass(240_000)
    await watch.sweep()
    expect(state()).toEqual([['drawer-open-D01', 'alarm', false]])
    position.D01 = 'closed'
    await watch.sweep()
    expect(state()).toEqual([['drawer-open-D01', 'alarm', true]])
  })

  it('R7: may stay open in review until it is closed, and does not open again by that', async () => {
    const { position, service, watch } = watched('D01', 'D01')
    position.D01 = 'open'
    await watch.sweep()
    expect(service.inService('D01')).toBe(true)
    position.D01 = 'closed'
    await watch.sweep()
    position.D01 = 'open'
    await watch.sweep()
    expect(service.of('D01')).toMatchObject({ service: 'needs-count', cause: 'tamper' })
  })

  it('R7: that nobody commanded needs a count, also while the disk refuses to say so', async () => {
    const { position, service, watch, journal } = watched('D01')
    open.db.run('PRAGMA query_only = ON')
    position.D01 = 'open'
    position.D02 = 'open'
    await watch.sweep()
    expect(service.inService('D01')).toBe(true)
    expect(service.of('D02')).toMatchObject({ service: 'needs-count', cause: 'tamper' })
    open.db.run('PRAGMA query_only = OFF')
    journal.flush()
    expect(journal.read(0, 10).map(({ kind }) => kind)).toEqual([
      'drawer.tamper',
      'drawer.service',
      'alarm.raised',
    ])
    expect(service.of('D02')).toMatchObject({ service: 'needs-count', cause: 'tamper' })
  })
})
