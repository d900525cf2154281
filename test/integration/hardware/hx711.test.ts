import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openHardware } from '#hardware/drivers/open.ts'
import { checkPlan } from '#hardware/plan-check.ts'
import { temporaryFolder } from '#test/lib/hardware-cabinet.ts'
import { writeAttributes } from '#test/lib/hardware-sysfs.ts'

const DEVICE = 'iio:device0'
/** The bridge is not quite balanced, and the cell is wired the other way round. */
const ZERO = 8_388_608 + 41_200
const COUNTS_PER_GRAM = -712.5

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => folder.remove())

const openScale = async () => {
  const checked = checkPlan({
    version: 1,
    lines: [{ id: 'locks', type: 'tcp', host: '127.0.0.1', port: 9 }],
    drawers: [
      {
        id: 'D01',
        lock: { driver: 'kerong-cu48', line: 'locks', board: 0, lock: 1 },
        scale: { driver: 'hx711', device: DEVICE, zero: ZERO, countsPerGram: COUNTS_PER_GRAM },
      },
    ],
    thermometers: [],
    iioRoot: folder.path,
  })
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems))
  const log = { info: () => {}, warn: () => {} }
  const hardware = await openHardware(checked.plan, { clock: () => new Date(), log })
  await hardware.close()
  const scale = hardware.drawers.get('D01')?.scale
  if (scale === undefined) throw new Error('no scale')
  return scale
}

const chip = (raw: string | undefined, name = 'hx711'): Promise<void> =>
  writeAttributes(join(folder.path, DEVICE), { name, in_voltage0_raw: raw })

describe('a load cell on an HX711', () => {
  it.each([
    [ZERO, 0],
    [ZERO + Math.round(COUNTS_PER_GRAM * 812.5), 812.5],
    [ZERO - Math.round(COUNTS_PER_GRAM * 3), -3],
  ])('that reads %d counts weighs %d g at rest', async (raw, grams) => {
    await chip(String(raw))
    const reading = await (await openScale()).read()
    expect(reading.grams).toBeCloseTo(grams, 2)
    expect(reading.stable).toBe(true)
  })

  it.each([
    ['0', 'E_SCALE_RANGE', 'transient'],
    ['16777215', 'E_SCALE_RANGE', 'transient'],
    ['16777216', 'E_SCALE_GARBLED', 'transient'],
    ['-1', 'E_SCALE_GARBLED', 'transient'],
    ['', 'E_SCALE_GARBLED', 'transient'],
    [undefined, 'E_SCALE_NO_ANSWER', 'transient'],
  ])('that reads %s is %s, no weight', async (raw, code, kind) => {
    await chip(raw)
    await expect((await openScale()).read()).rejects.toMatchObject({ code, kind })
  })

  it('whose number another device has taken is refused for good', async () => {
    await chip('8388608', 'ads1115')
    await expect((await openScale()).read()).rejects.toMatchObject({
      code: 'E_SCALE_DEVICE',
      kind: 'permanent',
    })
  })

  it('that is away is transient, and is read again when it is back', async () => {
    const scale = await openScale()
    await expect(scale.read()).rejects.toMatchObject({ code: 'E_SCALE_NO_ANSWER', kind: 'transient' })
    await chip(String(ZERO))
    expect((await scale.read()).stable).toBe(true)
    await rm(join(folder.path, DEVICE), { recursive: true })
    await expect(scale.read()).rejects.toMatchObject({ code: 'E_SCALE_NO_ANSWER' })
  })

  it('is read by many callers one after the other', async () => {
    await chip(String(ZERO))
    const scale = await openScale()
    const readings = await Promise.all(Array.from({ length: 8 }, () => scale.read()))
    expect(readings).toEqual(Array(8).fill({ grams: 0, stable: true }))
    await writeFile(join(folder.path, DEVICE, 'in_voltage0_raw'), '0\n')
    const refused = await Promise.allSettled([scale.read(), scale.read()])
    expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })
})
