import { afterEach, describe, expect, it } from 'vitest'
import { goodManners, serveTcp } from '#firmware-bridge/emulator/far-end.ts'
import { scanner } from '#firmware-bridge/emulator/scanner.ts'
import { openHardware } from '#hardware/drivers/open.ts'
import { checkPlan } from '#hardware/plan-check.ts'
import type { Scan, Scanner } from '#hardware/ports.ts'
import { until } from '#test/lib/hardware-wait.ts'

const PACK = '010690123456789217271231' + '10A2026\x1d21S001'
const TRACE = '81234567890123456789'
const NOW = new Date('2026-03-01T02:00:00Z')

const closings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close()
})

/** A scanner that sees `before`, over TCP. */
const serveScanner = async (before: () => string) => {
  const manners = goodManners()
  const served = await serveTcp({ createFarEnd: scanner({ see: before, end: '\r\n' }), manners })
  closings.push(served.close)
  return { ...served, manners }
}

const openCounter = async () => {
  const left = await serveScanner(() => `]d2${PACK}`)
  const right = await serveScanner(() => TRACE)
  const line = (id: string, port: number) => ({ id, type: 'tcp', host: '127.0.0.1', port })
  const checked = checkPlan({
    version: 1,
    lines: [line('left', left.port), line('right', right.port)],
    drawers: [],
    thermometers: [],
    scanners: [
      { id: 'S1', line: 'left' },
      { id: 'S2', line: 'right' },
    ],
  })
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems))
  const log = { info: () => {}, warn: () => {} }
  const hardware = await openHardware(checked.plan, { clock: () => NOW, log })
  closings.push(hardware.close)
  const scans = new Map<string, Scan[]>()
  for (const [id, device] of hardware.scanners) {
    const heard: Scan[] = []
    scans.set(id, heard)
    device.onScan(scan => heard.push(scan))
  }
  const device = (id: string): Scanner => {
    const found = hardware.scanners.get(id)
    if (found === undefined) throw new Error(`no scanner ${id}`)
    return found
  }
  return { hardware, left, right, device, scansOf: (id: string) => scans.get(id) ?? [] }
}

describe('two scanners of a cabinet plan', () => {
  it.each(['whole', 'bytes', 'glued'] as const)(
    'read at once, each its own codes, in %s chunks',
    async chunks => {
      const { left, right, device, scansOf, hardware } = await openCounter()
      for (const { manners } of [left, right]) Object.assign(manners, { chunks })
      const times = Array.from({ length: 5 })
      await Promise.all(times.flatMap(() => [device('S1').trigger(), device('S2').trigger()]))
      await until('five codes each', () => scansOf('S1').length === 5 && scansOf('S2').length === 5)
      expect(new Set(scansOf('S1').map(({ text }) => text))).toEqual(new Set([PACK]))
      expect(scansOf('S1')[0]).toEqual({ text: PACK, symbology: ']d2', at: NOW })
      expect(scansOf('S2')[0]).toEqual({ text: TRACE, at: NOW })
      expect(hardware.lineStats()).toMatchObject([
        { line: 'left', up: true, sent: 5, answered: 5 },
        { line: 'right', up: true, sent: 5, answered: 5 },
      ])
    },
  )

  it('do not disturb each other when one is unplugged, and it reads again when it is back', async () => {
    const { left, device, scansOf, hardware } = await openCounter()
    await left.unplug()
    await until('the line is down', () => hardware.lineStats()[0]?.up === false)
    await expect(device('S1').trigger()).rejects.toMatchObject({ code: 'E_LINE_DOWN', kind: 'transient' })
    await device('S2').trigger()
    await until('the other reads', () => scansOf('S2').length === 1)
    await left.plug()
    await until('the line is up', () => hardware.lineStats()[0]?.up === true)
    await device('S1').trigger()
    await until('it reads again', () => scansOf('S1').length === 1)
    expect(hardware.lineStats()[0]).toMatchObject({ reopenings: 1, answered: 1 })
  })
})
