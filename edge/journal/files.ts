import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
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

/**
 * Moves a damaged database aside under a new name, its log with it. The main file goes first: with the log gone before
 * it, a power cut would leave a file that opens and is silently older.
 */
export const setAside = (path: string, now: Date): string => {
  const aside = `${path}.damaged-${now.toISOString().replaceAll(':', '-')}`
  moveParts(path, aside)
  return aside
}

/** A damaged file that was moved aside when the power failed before a new one took its place. */
export const unfinishedAside = (path: string): string | undefined => {
  const prefix = `${basename(path)}.damaged-`
  const names = readdirSync(dirname(path)).filter(
    name => name.startsWith(prefix) && !name.endsWith('-wal') && !name.endsWith('-shm') && name.endsWith('Z'),
  )
  const newest = names.sort().at(-1)
  if (newest === undefined) return undefined
  const aside = join(dirname(path), newest)
  for (const part of ['-wal', '-shm'])
    if (existsSync(path + part) && !existsSync(aside + part)) renameSync(path + part, aside + part)
  return aside
}

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
