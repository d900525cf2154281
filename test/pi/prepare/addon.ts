import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { command } from './command.ts'

const require = createRequire(import.meta.url)

/** Folder of an installed package, asked from within the package that brought it. */
const folderOf = (name: string, from: string): string =>
  dirname(require.resolve(`${name}/package.json`, { paths: [from] }))

/** The one addon that `onoff` needs and nobody ships compiled, built for the Pi from the installed sources. */
export const compileEpoll = async (nodeHeaders: string, to: string): Promise<void> => {
  const epoll = folderOf('epoll', folderOf('onoff', import.meta.dirname))
  await command('aarch64-linux-gnu-g++', [
    '-shared',
    '-fPIC',
    '-O2',
    '-std=gnu++20',
    '-DNODE_GYP_MODULE_NAME=epoll',
    '-Wno-deprecated-declarations',
    '-Wno-cast-function-type',
    `-I${nodeHeaders}`,
    `-I${folderOf('nan', epoll)}`,
    join(epoll, 'src', 'epoll.cc'),
    '-o',
    to,
  ])
}

/** Symbols are a sixth of Node's size, and memory is where the guest keeps its files. */
export const strip = (file: string): Promise<string> => command('aarch64-linux-gnu-strip', [file])
