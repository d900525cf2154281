import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createWireLog } from '#firmware-bridge/link/wire-log.ts'
import { openHardware } from '#hardware/drivers/open.ts'
import { openCounter } from '#test/lib/firmware-bridge-counter.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'yaogui-wire-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const clock = () => new Date('2026-11-22T01:02:03.004Z')
const lines = async (path: string): Promise<readonly string[]> =>
  (await readFile(path, 'utf8')).trimEnd().split('\n')

describe('the wire log', () => {
  it('has time, line, direction and bytes of each chunk, for its owner only', async () => {
    const path = join(dir, 'wire.log')
    const log = createWireLog({ path, lines: ['locks'], clock })
    log.tap('locks').note('→', Uint8Array.of(0x02, 0x00, 0x0f))
    log.tap('locks').note('←', Uint8Array.of(0xff))
    await log.close()
    expect(await lines(path)).toEqual([
      '2026-11-22T01:02:03.004Z locks → 02 00 0F',
      '2026-11-22T01:02:03.004Z locks ← FF',
    ])
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('never grows beyond its size and one file before it', async () => {
    const path = join(dir, 'wire.log')
    const log = createWireLog({ path, lines: 'all', maxBytes: 1_000, clock })
    for (let n = 0; n < 200; n++) {
      log.tap('a').note('→', Uint8Array.of(n))
      if (n % 5 === 0) await log.close()
    }
    await log.close()
    const [now, before] = await Promise.all([stat(path), stat(`${path}.1`)])
    expect(Math.max(now.size, before.size)).toBeLessThanOrEqual(1_000)
    expect((await lines(path)).at(-1)).toMatch(/ C7$/)
  })

  it('says how much it left out when the disk is slower than the wire', async () => {
    const path = join(dir, 'wire.log')
    const log = createWireLog({ path, lines: 'all', maxBytes: 1_000_000, clock })
    const chunk = new Uint8Array(1_000)
    for (let n = 0; n < 500; n++) log.tap('a').note('←', chunk)
    await log.close()
    const text = await readFile(path, 'utf8')
    const kept = text.split('\n').filter(line => line.includes('←')).length
    expect(text).toMatch(new RegExp(`^# ${500 - kept} `, 'm'))
  })

  it('on a disk that refuses it costs nothing but the log', async () => {
    const log = createWireLog({ path: join(dir, 'nowhere', 'wire.log'), lines: 'all', clock })
    log.tap('a').note('→', Uint8Array.of(1))
    await expect(log.close()).resolves.toBeUndefined()
  })
})

describe('the wire log of a running cabinet', () => {
  it('is switched for one line while it runs, and says so', async () => {
    const counter = await openCounter('kerong-cu48')
    const path = join(dir, 'wire.log')
    const log = { info: () => {}, warn: () => {} }
    const { plan } = counter.cabinet
    const hardware = await openHardware(plan, { clock, log, wireLog: { path } })
    try {
      const { lock, scale } = hardware.drawers.get('D01') ?? {}
      await lock?.state()
      expect(hardware.lineStats().map(({ logged }) => logged)).toEqual([false, false])
      expect(hardware.logWire('locks', true)).toBe(true)
      expect(hardware.logWire('no-such-line', true)).toBe(false)
      await Promise.all([lock?.state(), scale?.read()])
      expect(hardware.logWire('locks', false)).toBe(true)
      await lock?.state()
    } finally {
      await hardware.close()
      await counter.close()
    }
    const logged = await lines(path)
    expect(logged[0]).toMatch(/ locks → 02 00 00 50 03 55$/)
    expect(logged[1]).toMatch(/ locks ← 02 00 00 65 /)
    expect(logged.every(line => line.includes(' locks '))).toBe(true)
  })
})
