import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type OpenedCabinet, openEmulated, planOfAll, takeTwo } from '#test/lib/firmware-bridge-cabinet.ts'
import { until } from '#test/lib/hardware-wait.ts'

let opened: OpenedCabinet | undefined
afterEach(async () => {
  await opened?.close()
  opened = undefined
})
const open = async (...args: Parameters<typeof openEmulated>): Promise<OpenedCabinet> => {
  opened = await openEmulated(...args)
  return opened
}

const tcpPort = ({ cabinet }: OpenedCabinet, id: string): number => {
  const served = cabinet.lines.get(id)?.served
  return served?.type === 'tcp' ? served.port : 0
}

const PACK_GRAMS = 25

describe('the emulated cabinet of a plan with every driver', () => {
  it('gives each drawer its lock and its scale, by whatever board they hang on', async () => {
    const all = await open(planOfAll('tcp'))
    for (const id of ['D1', 'D2', 'D3', 'D4'])
      expect(Math.abs((await takeTwo(all, id)) - 2 * PACK_GRAMS), id).toBeLessThan(2)
    const units = all.cabinet.plan.drawers.map(({ id }) => id)
    const view = (await (await all.api('/hand')).json()) as { drawers: { id: string; units: number }[] }
    expect(view.drawers.map(({ id, units: left }) => [id, left])).toEqual(units.map(id => [id, 18]))
  })

  it('has the refrigerator in the kernel’s files, and it follows the hand', async () => {
    const all = await open(planOfAll('tcp'))
    await all.api('/hand/fridge', { celsius: 9.5, mains: false })
    for (const id of ['F1', 'F2'])
      await until(`${id} to be warm`, async () => {
        const reading = await all.hardware.thermometers.get(id)?.read()
        return reading?.ok === true && reading.celsius > 9
      })
  })

  it('sends a code that is held before the scanner', async () => {
    const all = await open(planOfAll('tcp'))
    const scans: string[] = []
    all.hardware.scanners.get('S1')?.onScan(({ text }) => scans.push(text))
    await until('the code', async () => {
      const held = await all.api('/lines/counter/scan', { code: ']C081234567890123456789' })
      expect(held.status).toBe(200)
      return scans.length > 0
    })
    expect(scans[0]).toBe('81234567890123456789')
    expect((await all.api('/lines/bus/scan', { code: 'x' })).status).toBe(404)
  })

  it('takes a message for the network, and shows it', async () => {
    const all = await open(planOfAll('tcp'))
    await until('the modem to be registered', async () => {
      const health = await all.hardware.sms?.health().catch(() => undefined)
      return health?.registered === true
    })
    await all.hardware.sms?.send({ to: '+8613800138000', text: '1号冰箱超温' })
    const shown = (await (await all.api('/lines')).json()) as { sms: { seen: unknown } }
    expect(shown.sms.seen).toEqual([{ to: '+8613800138000', text: '1号冰箱超温' }])
  })

  it('tells which lines nobody stands behind', async () => {
    const plan = planOfAll('tcp')
    const idle = { id: 'idle', type: 'tcp', host: '127.0.0.1', port: 0 } as const
    const { cabinet } = await open({ ...plan, lines: [...plan.lines, idle] })
    expect([...cabinet.silent.keys()]).toEqual(['idle'])
    expect([...cabinet.lines.keys()]).toEqual(plan.lines.map(({ id }) => id))
  })

  it('does not take a port that is another’s, unless it may take any', async () => {
    const server = createServer()
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const all = planOfAll('tcp')
    const plan = { ...all, lines: all.lines.map(each => (each.id === 'bus' ? { ...each, port } : each)) }
    await expect(openEmulated(plan)).rejects.toMatchObject({ code: 'E_EMULATE_PORT' })
    const other = await open(plan, { anyPort: true })
    expect(tcpPort(other, 'bus')).not.toBe(port)
    await new Promise<void>(done => server.close(() => done()))
  })
})

describe('the lines of an emulated cabinet', () => {
  it('take other manners at run time, over HTTP, and show them', async () => {
    const all = await open(planOfAll('tcp'))
    const lock = all.hardware.drawers.get('D1')?.lock
    expect((await all.api('/lines/cu48', { deaf: true })).status).toBe(200)
    await expect(lock?.state()).rejects.toMatchObject({ code: 'E_NO_ANSWER' })
    const shown = (await (await all.api('/lines')).json()) as Record<string, { manners: object }>
    expect(shown.cu48?.manners).toMatchObject({ deaf: true, unplugged: false })
    await all.api('/lines/cu48', { deaf: false, unplugged: true })
    await until('the line to be down', () => all.hardware.lineStats()[0]?.up === false)
    await all.api('/lines/cu48', { unplugged: false })
    await until('the line to be up', () => all.hardware.lineStats()[0]?.up === true)
    expect(await lock?.state()).toBe('closed')
  })

  it.each([
    ['/lines/cu48', { deef: true }, 400, 'E_MANNERS'],
    ['/lines/cu48', { slowMs: -1 }, 400, 'E_MANNERS'],
    ['/lines/cu48', { chunks: 'halves' }, 400, 'E_MANNERS'],
    ['/lines/nowhere', { deaf: true }, 404, 'E_LINE_ABSENT'],
    ['/lines/cu48/push', {}, 404, 'E_HAND_ROUTE'],
  ])('refuse POST %s %j with %i %s', async (path, body, status, code) => {
    const all = await open(planOfAll('tcp'))
    const answer = await all.api(path, body)
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([status, code])
  })
})

describe('what is in an emulated cabinet', () => {
  it('is on disk after every change', async () => {
    const all = await open(planOfAll('tcp'))
    await takeTwo(all, 'D1')
    const root = all.cabinet.plan.w1Root
    const saved = JSON.parse(await readFile(join(root, '..', 'world.json'), 'utf8')) as {
      drawers: Record<string, { goods: number[] }>
    }
    expect(saved.drawers.D1?.goods).toHaveLength(18)
  })
})
