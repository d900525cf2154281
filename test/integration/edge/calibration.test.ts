import { beforeEach, describe, expect, it } from 'vitest'
import { DAY } from '#domain/time.ts'
import { createAlarms } from '#edge/alarms/alarms.ts'
import { watchCalibrations } from '#edge/health/calibration.ts'
import { examplePlan } from '#hardware/plan-example.ts'
import { ownJournal, type TestJournal } from '#test/lib/edge-own-journal.ts'

let held: TestJournal
beforeEach(() => {
  held = ownJournal()
})

const dayIn = (days: number): string =>
  new Date(held.clock.now().getTime() + days * DAY).toISOString().slice(0, 10)

/** The agent as it starts with a thermometer whose certificate lasts so many days from now; undefined: it has none. */
const start = (days?: number, offset = 0) => {
  const alarms = createAlarms(held)
  const plan = examplePlan()
  const calibration =
    days === undefined ? undefined : { certificate: 'C-7', by: '王', on: '2020-01-01', expires: dayIn(days) }
  const thermometers = plan.thermometers.map(each => ({
    ...each,
    offset,
    ...(calibration ? { calibration } : {}),
  }))
  const check = watchCalibrations({ plan: { ...plan, thermometers }, alarms, clock: held.clock })
  check()
  const open = () => alarms.list().flatMap(({ id, clearedAt }) => (clearedAt === null ? [id] : []))
  return { check, open, list: alarms.list }
}

describe('the calibration of a thermometer', () => {
  it('that holds for long, or that nobody entered, raises no alarm', () => {
    expect(start(40).open()).toEqual([])
    expect(start().open()).toEqual([])
  })

  it('is a warning from thirty days before its end, and another once it has expired, while the agent runs', () => {
    const agent = start(31)
    expect(agent.open()).toEqual([])
    held.clock.pass(2 * DAY)
    agent.check()
    expect(agent.open()).toEqual(['calibration-due-thermometer-F1'])
    expect(agent.list()[0]).toMatchObject({ level: 'warning', text: { zh: expect.stringContaining('C-7') } })
    held.clock.pass(30 * DAY)
    agent.check()
    expect(agent.open()).toEqual(['calibration-expired-thermometer-F1'])
  })

  it('is told where a correction is applied that no certificate gives', () => {
    const agent = start(undefined, -0.5)
    expect(agent.open()).toEqual(['calibration-absent-thermometer-F1'])
    expect(agent.list()[0]).toMatchObject({ text: { zh: expect.stringContaining('-0.5 °C') } })
    expect(start(365, -0.5).open()).toEqual([])
  })

  it('clears its warning with a new certificate, and is told once however often it is looked at', () => {
    const agent = start(-1)
    agent.check()
    agent.check()
    expect(agent.list()).toHaveLength(1)
    expect(start(365).open()).toEqual([])
  })
})
