import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openHardware } from '#hardware/drivers/open.ts'
import { checkPlan } from '#hardware/plan-check.ts'
import { w1SlaveText } from '#hardware/simulated/w1-slave.ts'
import { temporaryFolder } from '#test/lib/hardware-cabinet.ts'
import { addHwmon } from '#test/lib/hardware-sysfs.ts'

const at = new Date('2025-03-01T08:00:00Z')
const DEVICE = '1-0044'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeEach(async () => {
  folder = await temporaryFolder()
  // A real Pi has these beside it.
  await addHwmon(folder.path, { hwmon: 'hwmon0', device: 'cpu', name: 'cpu_thermal', temp1_input: '51121' })
  await addHwmon(folder.path, { hwmon: 'hwmon1', device: '1-0045', name: 'sht3x', temp1_input: '20000' })
})
afterEach(() => folder.remove())

const open = async (thermometers: readonly object[] = [{ driver: 'hwmon', device: DEVICE }]) => {
  const checked = checkPlan({
    version: 1,
    lines: [],
    drawers: [],
    thermometers: thermometers.map((each, n) => ({ id: `T${n}`, name: '室温', low: 10, high: 30, ...each })),
    hwmonRoot: join(folder.path, 'class/hwmon'),
    w1Root: join(folder.path, 'w1'),
  })
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems))
  const log = { info: () => {}, warn: () => {} }
  return openHardware(checked.plan, { clock: () => at, log })
}

const sensor = (attributes: Readonly<Record<string, string | undefined>>): Promise<string> =>
  addHwmon(folder.path, { hwmon: 'hwmon2', device: DEVICE, ...attributes })

const readBoth = async () => {
  const { thermometers, hygrometers } = await open()
  return Promise.all([thermometers.get('T0')?.read(), hygrometers.get('T0')?.humidity()])
}

describe('an SHT sensor behind the kernel', () => {
  it.each(['sht3x', 'sht4x'])('called %s is found by name and address among others, and read', async name => {
    await sensor({ name, temp1_input: '23456', humidity1_input: '47891' })
    expect(await readBoth()).toEqual([
      { ok: true, celsius: 23.456, at, source: 'sensor' },
      { ok: true, percent: 47.891, at },
    ])
  })

  it('is found again under another number after it was away', async () => {
    await sensor({ name: 'sht4x', temp1_input: '23456', humidity1_input: '47891' })
    const thermometer = (await open()).thermometers.get('T0')
    expect(await thermometer?.read()).toMatchObject({ ok: true })
    await rm(join(folder.path, 'class/hwmon/hwmon2'))
    expect(await thermometer?.read()).toEqual({ ok: false, fault: 'no-answer', at, source: 'sensor' })
    await rm(join(folder.path, 'devices'), { recursive: true })
    await addHwmon(folder.path, { hwmon: 'hwmon5', device: DEVICE, name: 'sht4x', temp1_input: '-1500' })
    expect(await thermometer?.read()).toMatchObject({ ok: true, celsius: -1.5 })
  })

  it.each([
    ['does not answer on its bus', undefined, undefined, 'no-answer', 'no-answer'],
    ['shows nothing', '', '', 'unreadable', 'unreadable'],
    ['shows no number', 'n/a', '47.8', 'unreadable', 'unreadable'],
    ['has a bus pulled low', '-45000', '-6000', 'unreadable', 'unreadable'],
    ['has a bus pulled high', '130000', '119000', 'unreadable', 'unreadable'],
  ])('that %s is a fault, not a temperature', async (_, temp, humidity, warm, damp) => {
    await sensor({ name: 'sht4x', temp1_input: temp, humidity1_input: humidity })
    expect(await readBoth()).toEqual([
      { ok: false, fault: warm, at, source: 'sensor' },
      { ok: false, fault: damp, at },
    ])
  })

  it.each([
    ['-40000', '-1200', -40, 0],
    ['125000', '101700', 125, 100],
  ])(
    'reads %s and %s at the ends of its range, the humidity cropped',
    async (temp, humidity, celsius, percent) => {
      await sensor({ name: 'sht4x', temp1_input: temp, humidity1_input: humidity })
      expect(await readBoth()).toMatchObject([{ celsius }, { percent }])
    },
  )

  it('that is not there, in a folder that is not there, is silent', async () => {
    expect((await readBoth())[0]).toMatchObject({ ok: false, fault: 'no-answer' })
    await rm(join(folder.path, 'class'), { recursive: true })
    expect((await readBoth())[1]).toMatchObject({ ok: false, fault: 'no-answer' })
  })
})

describe('the correction of a certificate', () => {
  it('is added once, whatever the driver, and never to a fault', async () => {
    await sensor({ name: 'sht3x', temp1_input: '4300', humidity1_input: '50000' })
    await mkdir(join(folder.path, 'w1/28-000000000001'), { recursive: true })
    await writeFile(join(folder.path, 'w1/28-000000000001/w1_slave'), w1SlaveText(4.5))
    const { thermometers } = await open([
      { driver: 'hwmon', device: DEVICE, offset: -0.3 },
      { driver: 'w1', device: '28-000000000001', offset: 0.25 },
      { driver: 'w1', device: '28-00000000000f', offset: 0.25 },
    ])
    const readings = await Promise.all([...thermometers.values()].map(each => each.read()))
    expect(readings).toMatchObject([{ celsius: 4 }, { celsius: 4.75 }, { ok: false, fault: 'no-answer' }])
  })
})
