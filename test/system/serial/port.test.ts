import { execFile } from 'node:child_process'
import { mkdtemp, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { serveTcp } from '#firmware-bridge/emulator/far-end.ts'
import { openPty, type Pty } from '#firmware-bridge/emulator/pty.ts'
import { openSerialLine } from '#firmware-bridge/link/serial.ts'
import { until } from '#test/lib/hardware-wait.ts'

let dir: string
let path: string
let pty: Pty
const closings: (() => Promise<unknown>)[] = []
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'yaogui-serial-'))
  path = join(dir, 'usb-adapter')
  const served = await serveTcp({ createFarEnd: () => heard => [Uint8Array.from([...heard, 0x0d])] })
  pty = await openPty(path, served.port)
  closings.push(() => rm(dir, { recursive: true }), served.close, pty.unplug)
})
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close()
})

const openLine = async (baudRate = 19_200) => {
  const line = await openSerialLine({ path, baudRate })
  closings.push(line.close)
  return line
}

const settings = async (): Promise<readonly string[]> =>
  (await promisify(execFile)('stty', ['-F', path, '-a'])).stdout.split(/[\s;]+/)

describe('a serial port', () => {
  it('is 8N1, raw, at its baud rate, and does not drop DTR at close', async () => {
    await openLine(9_600)
    const found = await settings()
    expect(found[found.indexOf('speed') + 1]).toBe('9600')
    expect(found).toEqual(
      expect.arrayContaining([
        'cs8',
        '-parenb',
        '-cstopb',
        '-hupcl',
        '-icanon',
        '-echo',
        '-crtscts',
        '-ixon',
      ]),
    )
  })

  it('carries every byte value both ways', async () => {
    const line = await openLine(115_200)
    const heard: number[] = []
    line.onData(bytes => heard.push(...bytes))
    const all = Uint8Array.from({ length: 256 }, (_, value) => value)
    await line.send(all)
    await until('all bytes', () => heard.length >= 257)
    expect(heard.filter((byte, at) => at < 256 || byte !== 0x0d)).toEqual([...all])
  })

  it('is found behind its name, and tells which device that is', async () => {
    const line = await openLine()
    expect(line.where).toBe(`serial ${path} → ${await readlink(path)} 19200`)
  })

  it('belongs to one program at a time', async () => {
    await openLine()
    await expect(openSerialLine({ path, baudRate: 19_200 })).rejects.toMatchObject({
      code: 'E_LINE_OPEN',
      kind: 'transient',
    })
  })

  it('that is pulled out ends its line, and its name leads to it again when it is back', async () => {
    const line = await openLine()
    let ended = false
    line.onClose(() => {
      ended = true
    })
    await pty.unplug()
    await until('the line to end', () => ended)
    await expect(line.send(Uint8Array.of(1))).rejects.toMatchObject({ code: 'E_LINE_DOWN' })
    await expect(openSerialLine({ path, baudRate: 19_200 })).rejects.toMatchObject({ code: 'E_LINE_OPEN' })
    await pty.plug()
    const again = await openLine()
    const heard: number[] = []
    again.onData(bytes => heard.push(...bytes))
    await again.send(Uint8Array.of(7))
    await until('an answer', () => heard.length === 2)
  })
})

describe('an emulated serial port', () => {
  it('is not made where something stands already, or nothing can', async () => {
    await expect(openPty(path, 1)).rejects.toMatchObject({ code: 'E_PTY', kind: 'permanent' })
    await expect(openPty(join(dir, 'no', 'where'), 1)).rejects.toMatchObject({ code: 'E_PTY' })
  })

  it('says which package it wants where socat is missing', async () => {
    const before = process.env.PATH
    process.env.PATH = dir
    try {
      await expect(openPty(join(dir, 'other'), 1)).rejects.toMatchObject({
        code: 'E_SOCAT',
        wording: { zh: expect.stringContaining('apt install socat') },
      })
    } finally {
      process.env.PATH = before
    }
  })
})
