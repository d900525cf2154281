import { closeSync, fdatasyncSync, fsyncSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'
import { PGliteDialect } from 'kysely'
import { lockFolder } from './lock.ts'
import { PARSERS } from './parsers.ts'

type Stream = { readonly nfd?: number | null; readonly node: unknown }
type NodeFsModule = {
  readonly NODEFS: {
    readonly stream_ops: { fsync?: (stream: Stream) => number }
    readonly realPath: (node: unknown) => string
  }
}

const syncFolder = (path: string) => {
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/**
 * PGlite runs PostgreSQL with fsync off, over a file layer whose fsync does nothing: a power failure would lose what a
 * watermark had promised to a site, and the site has let go of it. This one reaches the disk; `startParams` below leave
 * out `-F`, so every commit waits for it.
 */
class DurableNodeFS extends NodeFS {
  override async init(...args: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(...args)
    const install = (module: unknown) => {
      const { NODEFS } = module as NodeFsModule
      NODEFS.stream_ops.fsync = ({ nfd, node }) => {
        if (typeof nfd === 'number') fdatasyncSync(nfd)
        else syncFolder(NODEFS.realPath(node))
        return 0
      }
    }
    const before = emscriptenOpts.preRun
    const steps = Array.isArray(before) ? before : before ? [before] : []
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...steps, install] } }
  }
}

/** PostgreSQL inside this process, its data in `folder`/pg. Errors: E_DB_IN_USE. */
export const openPglite = async (folder: string) => {
  const unlock = lockFolder(folder)
  try {
    const pglite = await PGlite.create({
      fs: new DurableNodeFS(join(folder, 'pg')),
      startParams: PGlite.defaultStartParams.filter(param => param !== '-F'),
      parsers: { ...PARSERS },
    })
    return { dialect: new PGliteDialect({ pglite }), release: unlock }
  } catch (error) {
    unlock()
    throw error
  }
}
