import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type OpenedCabinet, openEmulated, planOfAll, takeTwo } from '#test/lib/firmware-bridge-cabinet.ts'
import { until } from '#test/lib/hardware-wait.ts'

let opened: OpenedCabinet
beforeEach(async () => {
  opened = await openEmulated(planOfAll('serial'))
})
afterEach(() => opened.close())

const statsOf = (id: string) => opened.hardware.lineStats().find(({ line }) => line === id)

describe('a cabinet on serial ports', () => {
  it('has each kind of board and scale behind a port of its own', async () => {
    expect(opened.cabinet.plan.lines.every(({ type }) => type === 'serial')).toBe(true)
    for (const id of ['D1', 'D2', 'D3', 'D4'])
      expect(Math.abs((await takeTwo(opened, id)) - 50), id).toBeLessThan(2)
    for (const { line, up, discardedBytes, badChecksums, reopenings } of opened.hardware.lineStats())
      expect({ line, up, discardedBytes, badChecksums, reopenings }).toEqual({
        line,
        up: true,
        discardedBytes: 0,
        badChecksums: 0,
        reopenings: 0,
      })
  })

  it('recovers by itself when an adapter is pulled out and put in again, and says so', async () => {
    const lock = opened.hardware.drawers.get('D1')?.lock
    const line = opened.cabinet.lines.get('cu48')
    expect(await lock?.state()).toBe('closed')
    await line?.unplug()
    await until('the line to be down', () => statsOf('cu48')?.up === false)
    await expect(lock?.state()).rejects.toMatchObject({ code: 'E_LINE_DOWN', kind: 'transient' })
    await line?.plug()
    await until('the line to be up', () => statsOf('cu48')?.up === true)
    expect(await lock?.state()).toBe('closed')
    expect(statsOf('cu48')).toMatchObject({ up: true, reopenings: 1 })
    expect(Math.abs((await takeTwo(opened, 'D1')) - 50)).toBeLessThan(2)
  })
})
