import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import type { PiImage } from '../prepare/prepare.ts'
import { openRegisters, type Registers } from './registers.ts'
import { awaitShell, type Shell } from './shell.ts'

export type Pi = {
  readonly registers: Registers
  readonly shell: Shell
  /** Where the guest's port 8080 is on this machine. */
  readonly agentUrl: string
  close(): Promise<void>
}

export type PiOptions = {
  readonly image: PiImage
  /** Where the boards on the Pi's UART listen, on this machine. */
  readonly uartPort: number
  /** For QEMU's socket; short, as a socket's path must be. */
  readonly folder: string
  /** What the guest's console says. */
  readonly consoleLog: string
}

/** The guest's address of this machine. */
export const HOST = '10.0.2.2'

const BOOT_MS = 120_000

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

type Ports = { readonly uart: number; readonly shell: number; readonly http: number }

/**
 * The first serial is the PL011, where the boards are; the second the mini UART, which garbles what it hears in QEMU
 * and only carries the console out.
 */
const qemuArguments = ({ kernel, deviceTree, initramfs }: PiImage, ports: Ports, qtest: string) => {
  const append = [
    'console=ttyS0,115200',
    '8250.nr_uarts=1',
    'rdinit=/init',
    'panic=1',
    'quiet',
    `yaogui.shell=${ports.shell}`,
    `yaogui.now=${Math.floor(Date.now() / 1000)}`,
  ]
  return [
    ...['-M', 'raspi3b', '-display', 'none', '-no-reboot'],
    ...['-kernel', kernel, '-dtb', deviceTree, '-initrd', initramfs, '-append', append.join(' ')],
    ...['-serial', `tcp:127.0.0.1:${ports.uart}`, '-serial', 'stdio'],
    ...['-qtest', `unix:${qtest},server=on,wait=off`, '-qtest-log', 'none'],
    ...['-netdev', `user,id=net,hostfwd=tcp:127.0.0.1:${ports.http}-:8080`, '-device', 'usb-net,netdev=net'],
  ]
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise(resolve => {
    if (child.exitCode !== null || child.signalCode !== null) resolve()
    else child.once('exit', () => resolve())
  })

const within = <T>(what: string, ms: number, work: Promise<T>): Promise<T> => {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`${what}: not within ${ms} ms`)), ms)
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer))
}

/** Boots QEMU's Raspberry Pi 3 and waits for its shell. Should this process die, the guest hangs up and ends. */
export const bootPi = async ({ image, uartPort, folder, consoleLog }: PiOptions): Promise<Pi> => {
  const caller = await awaitShell()
  const http = await freePort()
  const qtest = join(folder, 'qtest')
  mkdirSync(dirname(consoleLog), { recursive: true })
  const log = openSync(consoleLog, 'w')
  const ports = { uart: uartPort, shell: caller.port, http }
  const qemu = spawn('qemu-system-aarch64', qemuArguments(image, ports, qtest), {
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const gone = new Promise<never>((_, reject) => {
    qemu.once('error', reject)
    qemu.once('exit', code => reject(new Error(`QEMU ended with ${code}, see ${consoleLog}`)))
  })
  gone.catch(() => {})
  const close = async (): Promise<void> => {
    caller.close()
    qemu.kill()
    await ended(qemu)
  }
  try {
    const shell = await within('the emulated Pi calls in', BOOT_MS, Promise.race([caller.shell, gone]))
    const registers = await openRegisters(qtest)
    const closeAll = (): Promise<void> => {
      registers.close()
      return close()
    }
    return { registers, shell, agentUrl: `http://127.0.0.1:${http}`, close: closeAll }
  } catch (error) {
    await close()
    throw error
  }
}
