import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'

const PARTS = ['', '-wal', '-shm'] as const

const syncFolder = (path: string): void => {
  const fd = openSync(dirname(path), 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

const moveParts = (from: string, to: string): void => {
  for (const part of PARTS) if (existsSync(from + part)) renameSync(from + part, to + part)
  syncFolder(to)
}

/** Names the damaged file as long as no new journal has taken its place: an older one that lies there must not be taken for it. */
const noteOf = (path: string): string => `${path}.salvaging`

const writeNote = (path: string, aside: string): void => {
  writeFileSync(noteOf(path), basename(aside), { mode: 0o600, flush: true })
  syncFolder(path)
}

/**
 * Moves a damaged database aside under a new name, its log with it. The main file goes first: with the log gone before
 * it, a power cut would leave a file that opens and is silently older.
 */
export const setAside = (path: string, now: Date): string => {
  const aside = `${path}.damaged-${now.toISOString().replaceAll(':', '-')}`
  writeNote(path, aside)
  moveParts(path, aside)
  return aside
}

/** A damaged file that was moved aside when the power failed before a new one took its place. */
export const unfinishedAside = (path: string): string | undefined => {
  const note = noteOf(path)
  if (!existsSync(note)) return undefined
  const aside = join(dirname(path), readFileSync(note, 'utf8'))
  if (!existsSync(aside)) return undefined
  for (const part of ['-wal', '-shm'])
    if (existsSync(path + part) && !existsSync(aside + part)) renameSync(path + part, aside + part)
  return aside
}

/** When it was last written, by the clock of then; milliseconds, 0 = not there. */
export const lastWritten = (path: string): number =>
  Math.max(...['', '-wal'].map(part => statSync(path + part, { throwIfNoEntry: false })?.mtimeMs ?? 0))

/** The journal opens: whatever was set aside before is done with. */
export const endSalvage = (path: string): void => rmSync(noteOf(path), { force: true })

export const removeParts = (path: string): void => {
  for (const part of PARTS) rmSync(path + part, { force: true })
}

/** A closed database takes its place for good. */
export const putInPlace = (from: string, path: string): void => {
  removeParts(path)
  renameSync(from, path)
  syncFolder(path)
}

/** Not there, or nothing in it: SQLite would quietly begin anew with either. */
export const isEmptyFile = (path: string): boolean => !existsSync(path) || statSync(path).size === 0
