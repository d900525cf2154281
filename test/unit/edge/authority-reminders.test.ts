import { describe, expect, it } from 'vitest'
import { createReminders } from '#edge/authority/reminders.ts'
import { edgeClock } from '#test/lib/edge-clock.ts'

const person = (competentUntil: string | null) => ({
  ...{ id: 'wang', name: '王秀兰', role: 'pharmacist' as const, mustChangePin: false, lockedUntil: null },
  competentUntil,
})

/** Ids of alarms that stand after the reminders of 2026-11-22 were raised. */
const raised = (competentUntil: string | null): readonly string[] => {
  const open = new Set<string>()
  const remind = createReminders({
    people: { list: () => [person(competentUntil)] },
    overrides: { overdue: () => undefined },
    custody: { remind: () => {} },
    alarms: { raise: ({ id }) => void open.add(id), clear: id => void open.delete(id) },
    clock: edgeClock(),
  })
  remind()
  return [...open]
}

describe('a licence that runs out', () => {
  it.each([
    ['2026-12-23', []],
    ['2026-12-22', ['competency-wang']],
    ['2026-11-22', ['competency-wang']],
    ['2026-11-01', ['competency-wang']],
    [null, []],
  ])('until %s warns from thirty days before: %j', (until, alarms) => {
    expect(raised(until)).toEqual(alarms)
  })
})
