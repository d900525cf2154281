import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { agentFiles } from './agent-files.ts'
import { command } from './command.ts'
import { type Entry, writeArchive } from './newc.ts'

/**
 * Randomness, the watchdog, by which alone a Pi restarts, the USB host and the network card on it; in the order of
 * dependency. All else is built into the kernel.
 */
const MODULES = [
  'bcm2835-rng',
  'bcm2835_wdt',
  'usb-common',
  'usbcore',
  'roles',
  'udc-core',
  'phy-generic',
  'dwc2',
  'mii',
  'usbnet',
  'cdc_ether',
]
const LIBRARIES = [
  'libc.so.6',
  'libm.so.6',
  'libdl.so.2',
  'libpthread.so.0',
  'libgcc_s.so.1',
  'libstdc++.so.6',
  'ld-linux-aarch64.so.1',
]

/** Where the agent lies in the guest. */
export const GUEST_ROOT = 'yaogui'

type Source = { readonly path: string; readonly from: string; readonly executable?: boolean }

/** Finds one file below a folder by the end of its path. Where in it Debian puts things differs between releases. */
const finder = (folder: string): ((name: string) => string) => {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return name => {
    const path = paths.find(each => `/${each}`.endsWith(`/${name}`))
    if (path === undefined) throw new Error(`Debian's packages do not hold ${name}`)
    return join(folder, path)
  }
}

/** Packages stay as they are; Node runs no types below node_modules anyway. */
const isOurs = (from: string): boolean => from.endsWith('.ts') && !from.includes('/node_modules/')

const entry = ({ path, from, executable = false }: Source): Entry => ({
  type: 'file',
  path,
  executable,
  data: isOurs(from) ? Buffer.from(stripTypeScriptTypes(readFileSync(from, 'utf8'))) : readFileSync(from),
})

function* entries(sources: readonly Source[], more: readonly Entry[]): Generator<Entry> {
  yield* more
  for (const source of sources) yield entry(source)
}

const write = (file: string, sources: readonly Source[], more: readonly Entry[] = []): void =>
  writeArchive(
    file,
    [...more, ...sources].map(({ path }) => path),
    entries(sources, more),
  )

/** What changes with the versions only: busybox, libraries, kernel modules, Node. */
export const writeSystem = (file: string, debian: string, node: string): void => {
  const find = finder(debian)
  write(
    file,
    [
      { path: 'bin/busybox', from: find('bin/busybox'), executable: true },
      { path: 'bin/node', from: node, executable: true },
      ...LIBRARIES.map(name => ({ path: `lib/${name}`, from: find(name), executable: true })),
      ...MODULES.map(name => ({ path: `lib/modules/${name}.ko`, from: find(`${name}.ko`) })),
    ],
    [
      { type: 'file', path: 'lib/modules/order', data: Buffer.from(`${MODULES.join('\n')}\n`) },
      ...['dev', 'proc', 'sys', 'tmp'].map(
        (name): Entry => ({
          type: 'file',
          path: `${name}/.keep`,
          data: new Uint8Array(),
        }),
      ),
    ],
  )
}

/** What changes with every commit: the agent and what it runs on. */
export const writeAgent = (file: string, root: string, epoll: string): void => {
  const sources = agentFiles(root).map(path => ({ path: `${GUEST_ROOT}/${path}`, from: join(root, path) }))
  write(file, [
    { path: 'init', from: join(root, 'test/pi/guest/init'), executable: true },
    { path: `${GUEST_ROOT}/test/pi/guest/stripped.mjs`, from: join(root, 'test/pi/guest/stripped.mjs') },
    ...sources,
    { path: `${GUEST_ROOT}/node_modules/epoll/build/Release/epoll.node`, from: epoll },
  ])
}

/** One archive behind the other. */
export const joinArchives = (file: string, parts: readonly string[]): void => {
  writeFileSync(file, '')
  for (const part of parts) writeFileSync(file, readFileSync(part), { flag: 'a' })
}

const BLUETOOTH = '/soc/serial@7e201000/bluetooth'

/** Kernel and device tree of the Pi 3, whose real UART is given from the bluetooth chip to the boards. */
export const placeKernel = async (debian: string, to: string): Promise<void> => {
  const find = finder(debian)
  const boot = join(debian, 'boot')
  const kernel = readdirSync(boot).find(name => name.startsWith('vmlinuz-')) ?? 'vmlinuz'
  copyFileSync(join(boot, kernel), join(to, 'vmlinuz'))
  const tree = join(to, 'pi.dtb')
  copyFileSync(find('bcm2837-rpi-3-b.dtb'), tree)
  await command('fdtput', ['-r', tree, BLUETOOTH])
}
