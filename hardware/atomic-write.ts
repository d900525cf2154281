import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

const syncDirectory = async (path: string): Promise<void> => {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

export type AtomicWriteOptions = {
  /** False for what may be lost with the power, like a simulated sensor's file: still whole, but not flushed. */
  readonly durable?: boolean
}

/**
 * Replaces a file, for its owner only (plans and configurations hold secrets), so that a reader, and the disk after a power cut, has the old text or the new one, never a part:
 * a name of its own, fsync of that descriptor, rename, fsync of the directory (without it the rename may be lost).
 */
export const atomicWrite = async (
  path: string,
  text: string,
  { durable = true }: AtomicWriteOptions = {},
): Promise<void> => {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`)
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(text, 'utf8')
      if (durable) await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  if (durable) await syncDirectory(dirname(path))
}
