/** The kernel's initramfs format: cpio "newc" (Documentation/driver-api/early-userspace/buffer-format.rst). */
import { closeSync, openSync, writeSync } from 'node:fs'

export type Entry =
  | { readonly type: 'file'; readonly path: string; readonly executable?: boolean; readonly data: Uint8Array }
  | { readonly type: 'link'; readonly path: string; readonly to: string }

const DIRECTORY = 0o040_755
const FILE = 0o100_644
const EXECUTABLE = 0o100_755
const LINK = 0o120_777

const hex = (value: number): string => value.toString(16).padStart(8, '0')
const padding = (length: number): Buffer => Buffer.alloc((4 - (length % 4)) % 4)

const record = (inode: number, path: string, mode: number, data: Uint8Array): readonly Uint8Array[] => {
  const name = Buffer.from(`${path}\0`)
  // magic, inode, mode, uid, gid, links, mtime, size, four device numbers, size of the name, checksum (unused)
  const fields = [inode, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, name.length, 0]
  const head = Buffer.concat([Buffer.from(`070701${fields.map(hex).join('')}`), name])
  return [head, padding(head.length), data, padding(data.length)]
}

/** Every folder above the entries, the upper one first: the kernel makes none by itself. */
const foldersOf = (paths: readonly string[]): readonly string[] => {
  const folders = new Set<string>()
  for (const path of paths) {
    const parts = path.split('/').slice(0, -1)
    for (const [at] of parts.entries()) folders.add(parts.slice(0, at + 1).join('/'))
  }
  return [...folders].sort()
}

/**
 * Writes an archive. `entries` may be a generator that reads one file at a time; `paths` names them all beforehand.
 * Archives can be put behind one another: the kernel unpacks all of them.
 */
export const writeArchive = (file: string, paths: readonly string[], entries: Iterable<Entry>): void => {
  const out = openSync(file, 'w')
  let inode = 0
  const write = (path: string, mode: number, data: Uint8Array): void => {
    inode += 1
    for (const part of record(inode, path, mode, data)) writeSync(out, part)
  }
  try {
    for (const folder of foldersOf(paths)) write(folder, DIRECTORY, new Uint8Array())
    for (const entry of entries) {
      if (entry.type === 'link') write(entry.path, LINK, Buffer.from(entry.to))
      else write(entry.path, entry.executable ? EXECUTABLE : FILE, entry.data)
    }
    write('TRAILER!!!', 0, new Uint8Array())
  } finally {
    closeSync(out)
  }
}
