import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calibrationState, daysBetween, isDay } from '#hardware/plan-calibration.ts'
import { examplePlan } from '#hardware/plan-example.ts'
import { planWarnings } from '#hardware/plan-warnings.ts'
import { mustBeValid, planWith, TODAY } from '#test/lib/hardware-plan.ts'

const calibration = { certificate: 'C-1', by: '王', on: '2026-01-01', expires: '2027-12-31' }
const proved = {
  proved: { lock: '2026-01-01', noZeroTracking: '2026-01-01' },
  reference: { grams: 500, shownGrams: 500.2, on: '2026-01-01' },
  calibration,
}
const sound = planWith({
  drawers: examplePlan().drawers.map(drawer => ({ ...drawer, ...proved })),
  thermometers: examplePlan().thermometers.map(each => ({ ...each, calibration })),
})
const warned = (more: object = {}): readonly string[] =>
  planWarnings(mustBeValid({ ...sound, ...more }), { today: TODAY }).map(({ path }) => path)

const [drawer] = mustBeValid(sound).drawers
const [thermometer] = mustBeValid(sound).thermometers
const withDrawer = (more: object): object => ({ drawers: [{ ...drawer, ...more }] })

describe('a valid plan', () => {
  it('in which all is as it should be gets no warning', () => {
    expect(warned()).toEqual([])
  })

  it.each<[string, object, string]>([
    ['a pulse that is short', withDrawer({ pulseMs: 299 }), '/drawers/0/pulseMs'],
    ['a pulse that is long', withDrawer({ pulseMs: 501 }), '/drawers/0/pulseMs'],
    ['a lock that is not proved', withDrawer({ proved: { noZeroTracking: '2026-01-01' } }), '/drawers/0'],
    ['zero tracking not ruled out', withDrawer({ proved: { lock: '2026-01-01' } }), '/drawers/0/scale'],
    ['no reference weight', withDrawer({ reference: undefined }), '/drawers/0'],
    [
      'a reference weight shown wrong',
      withDrawer({ reference: { grams: 500, shownGrams: 505.1, on: '2026-01-01' } }),
      '/drawers/0/reference',
    ],
    ['no calibration of a scale', withDrawer({ calibration: undefined }), '/drawers/0'],
    [
      'no calibration of a thermometer',
      { thermometers: [{ ...thermometer, calibration: undefined }] },
      '/thermometers/0',
    ],
    [
      'a calibration that is due',
      withDrawer({ calibration: { ...calibration, expires: '2026-12-22' } }),
      '/drawers/0/calibration',
    ],
    [
      'a calibration that expired',
      withDrawer({ calibration: { ...calibration, expires: '2026-11-21' } }),
      '/drawers/0/calibration',
    ],
    ['no mains', { mains: undefined }, '/mains'],
    ['no lamp', { beacon: undefined }, '/beacon'],
    ['no siren', { siren: undefined }, '/siren'],
    ['a pin of the 1-Wire bus', { beacon: { driver: 'gpio', pin: 4 } }, '/beacon/pin'],
    [
      'a line that nothing hangs on',
      { lines: [...examplePlan().lines, { id: 'spare', type: 'tcp', host: 'gate', port: 1 }] },
      '/lines/2',
    ],
    [
      'a serial port whose number changes',
      {
        lines: examplePlan()
          .lines.map((line, at) => ({ ...line, path: `/dev/ttyUSB${at}` }))
          .slice(0, 2),
      },
      '/lines/0/path',
    ],
    [
      'a lock board that no drawer is on',
      {
        lines: [...examplePlan().lines, { id: 'spare', type: 'tcp', host: 'gate', port: 1 }],
        lockBoards: [{ line: 'spare', board: 3, channels: 16, sensor: 'shorts-when-open' }],
      },
      '/lockBoards/0',
    ],
  ])('is warned of %s', (_, more, path) => {
    // Through JSON, as it comes from disk: what is undefined is not there.
    const plan = mustBeValid(JSON.parse(JSON.stringify({ ...sound, ...more })))
    expect(planWarnings(plan, { today: TODAY }).map(each => each.path)).toContain(path)
    expect(warned()).not.toContain(path)
  })
})

describe('a calibration', () => {
  const stateOn = (today: string) =>
    calibrationState(
      { path: '', id: 'F1', kind: 'thermometer', calibration: { ...calibration, expires: '2026-03-31' } },
      today,
    )

  it.each([
    ['2026-02-28', 'valid'],
    ['2026-03-01', 'due'],
    ['2026-03-31', 'due'],
    ['2026-04-01', 'expired'],
  ])('that holds until 2026-03-31 is on %s %s', (today, state) => {
    expect(stateOn(today)).toBe(state)
  })

  it('once expired stays so', () => {
    const days = fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
    const day = days.map(at => at.toISOString().slice(0, 10))
    fc.assert(
      fc.property(day, day, (a, b) => {
        expect(isDay(a)).toBe(true)
        expect(daysBetween(a, b)).toBe(-daysBetween(b, a) + 0)
        if (stateOn(a) === 'expired' && b >= a) expect(stateOn(b)).toBe('expired')
      }),
    )
  })
})
