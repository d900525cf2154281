import { describe, expect, it } from 'vitest'
import { checkPlan } from '#hardware/plan-check.ts'
import { EXAMPLE_DRIVERS, examplePlan } from '#hardware/plan-example.ts'
import { planWith, problemPaths } from '#test/lib/hardware-plan.ts'

const line = (id: string, path: string): object => ({ id, type: 'serial', path, baudRate: 9600 })
const calibration = { certificate: 'C-1', by: '王', on: '2026-01-01', expires: '2027-01-01' }

const [first, second] = examplePlan().drawers
const [gpio1, gpio2] = examplePlan('gpio').drawers
const [cell1, cell2] = examplePlan('hx711').drawers
const [w1] = examplePlan().thermometers
const [replayed] = examplePlan('replay').thermometers
const [onBoard] = examplePlan('yaogui-board').thermometers
const lines = examplePlan().lines

describe('the example plan', () => {
  it.each([undefined, ...EXAMPLE_DRIVERS])('with %s is valid', driver => {
    expect(checkPlan(examplePlan(driver))).toMatchObject({ ok: true })
  })

  it.each(EXAMPLE_DRIVERS)('with %s uses it', driver => {
    expect(JSON.stringify(examplePlan(driver))).toContain(`"driver":"${driver}"`)
  })
})

describe('a cabinet plan', () => {
  it.each<[string, object, string[]]>([
    [
      'a scanner on a line that is not there',
      { scanners: [{ id: 'S1', line: 'none' }] },
      ['/scanners/0/line'],
    ],
    ['a modem on a line that is not there', { smsModem: { line: 'none' } }, ['/smsModem/line']],
    [
      'a thermometer on a line that is not there',
      { thermometers: [{ ...w1, ...onBoard, line: 'none', device: undefined }] },
      ['/thermometers/0/line'],
    ],
    ['a scanner among locks', { scanners: [{ id: 'S1', line: 'locks' }] }, ['/scanners/0/line']],
    ['a modem among scales', { smsModem: { line: 'scales' } }, ['/smsModem/line']],
    [
      'two scanners on a line',
      {
        lines: [...lines, line('scan', '/dev/a')],
        scanners: [
          { id: 'S1', line: 'scan' },
          { id: 'S2', line: 'scan' },
        ],
      },
      ['/scanners/1/line'],
    ],
    [
      'scanners of one id',
      {
        lines: [...lines, line('scan', '/dev/a'), line('scan-2', '/dev/b')],
        scanners: [
          { id: 'S1', line: 'scan' },
          { id: 'S1', line: 'scan-2' },
        ],
      },
      ['/scanners/1/id'],
    ],
    ['a serial port on two lines', { lines: [...lines, { ...lines[0], id: 'more' }] }, ['/lines/2/path']],
    [
      'a serial server’s port on two lines',
      {
        lines: [
          ...lines,
          { id: 'a', type: 'tcp', host: 'gate', port: 4001 },
          { id: 'b', type: 'tcp', host: 'gate', port: 4001 },
        ],
      },
      ['/lines/3'],
    ],
    [
      'a pin for two coils',
      {
        drawers: [gpio1, { ...gpio2, lock: { ...gpio2?.lock, pin: 5 } }].map(each => ({
          ...each,
          cold: undefined,
        })),
      },
      ['/drawers/1/lock/pin'],
    ],
    [
      'a coil on the pin of its own switch',
      { drawers: [{ ...gpio1, lock: { driver: 'gpio', pin: 9, contactPin: 9 } }] },
      ['/drawers/0/lock/contactPin'],
    ],
    ['lamp and siren on one pin', { siren: { driver: 'gpio', pin: 18 } }, ['/siren/pin']],
    [
      'one pin for a refrigerator’s door, the battery and the mains',
      {
        thermometers: [{ ...w1, door: { driver: 'gpio', pin: 17 } }],
        battery: { driver: 'gpio', pin: 17 },
      },
      ['/battery/pin', '/thermometers/0/door/pin'],
    ],
    [
      'a door of a played file',
      { thermometers: [{ ...replayed, door: { driver: 'gpio', pin: 21 } }] },
      ['/thermometers/0'],
    ],
    [
      'a power supply outside its folder',
      { battery: { driver: 'power-supply', device: '../hwmon/hwmon0' } },
      ['/battery/device'],
    ],
    ['a relay of the mains on no pin', { mains: { driver: 'gpio', pin: 99 } }, ['/mains/pin']],
    [
      'a door that may stand open for ever',
      { doorMinutes: 61, powerMinutes: 0 },
      ['/doorMinutes', '/powerMinutes'],
    ],
    ['the mains on the lamp’s pin', { beacon: { driver: 'gpio', pin: 17 } }, ['/mains/pin']],
    [
      'two drawers on one load cell',
      { drawers: [cell1, { ...cell2, scale: cell1?.scale }] },
      ['/drawers/1/scale'],
    ],
    [
      'a load cell without a factor',
      { drawers: [{ ...cell1, scale: { ...cell1?.scale, countsPerGram: 0 } }] },
      ['/drawers/0/scale/countsPerGram'],
    ],
    ['two thermometers on one sensor', { thermometers: [w1, { ...w1, id: 'F2' }] }, ['/thermometers/1']],
    [
      'a calibration that expired before it was made',
      { drawers: [{ ...first, calibration: { ...calibration, expires: '2025-12-31' } }] },
      ['/drawers/0/calibration/expires'],
    ],
    [
      'days that are in no calendar',
      {
        drawers: [
          { ...first, calibration: { ...calibration, on: '2026-02-30' } },
          {
            ...second,
            proved: { lock: '2026-02-29' },
            reference: { grams: 500, shownGrams: 500, on: '2026-04-31' },
          },
        ],
      },
      ['/drawers/0/calibration/on', '/drawers/1/reference/on', '/drawers/1/proved/lock'],
    ],
  ])('is refused with %s', (_, more, paths) => {
    // Through JSON, as it comes from disk: what is undefined is not there.
    const value = JSON.parse(JSON.stringify(planWith({ ...more })))
    expect(problemPaths(value)).toEqual(paths)
  })

  it('has doors, mains and a battery with the levels of their usual contacts', () => {
    const checked = checkPlan(
      planWith({
        thermometers: [{ ...w1, door: { driver: 'gpio', pin: 21 } }],
        mains: { driver: 'power-supply', device: 'AC' },
        battery: { driver: 'gpio', pin: 17 },
      }),
    )
    expect(checked).toMatchObject({
      ok: true,
      plan: {
        thermometers: [{ door: { driver: 'gpio', pin: 21, openWhen: 'high', debounceMs: 30 } }],
        mains: { driver: 'power-supply', device: 'AC' },
        battery: { driver: 'gpio', pin: 17, lowWhen: 'low', debounceMs: 30 },
      },
    })
    const supply = checkPlan(planWith({ battery: { driver: 'power-supply', device: 'BAT0' } }))
    expect(supply).toMatchObject({ ok: true, plan: { battery: { lowPercent: 20 } } })
  })

  it('has faults of all its parts told at once, in both languages', () => {
    const checked = checkPlan(
      planWith({
        lines: [],
        siren: { driver: 'gpio', pin: 18 },
        drawers: [first, { ...second, id: 'D01', cold: 'F9' }],
        smsModem: { line: 'none' },
      }),
    )
    const problems = checked.ok ? [] : checked.problems
    expect(problems.map(({ path }) => path)).toEqual([
      '/drawers/1/id',
      '/siren/pin',
      '/drawers/0/lock/line',
      '/drawers/1/lock/line',
      '/drawers/0/scale/line',
      '/drawers/1/scale/line',
      '/smsModem/line',
      '/drawers/1/cold',
    ])
    for (const { message } of problems) expect(message).toMatch(/^\p{Script=Han}.* ?\/ .+/u)
  })
})
