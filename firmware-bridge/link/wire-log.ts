import { appendFile, rename, stat } from 'node:fs/promises'

/** Towards the board, from the board. */
type Direction = '→' | '←'

/** One line's ear on the wire. Look at `on` before anything else: while it is false nothing is formatted, copied or made. */
export type WireTap = {
  on: boolean
  readonly note: (direction: Direction, bytes: Uint8Array) => void
}

export interface WireLog {
  /** The tap of a line; always the same one. */
  tap(line: string): WireTap
  /** Ends when what was noted is in the file. */
  close(): Promise<void>
}

export type WireLogOptions = {
  readonly path: string
  /** Lines that are logged from the start, or all. */
  readonly lines?: readonly string[] | 'all'
  /** The file and the one before it (`<path>.1`) hold this much each. */
  readonly maxBytes?: number
  readonly clock: () => Date
}

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, byte => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ')

/** More than this is not held in memory for a slow disk; what is left out is said. */
const MAX_WAITING = 256 * 1024

const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(() => undefined))?.size ?? 0

/** Appends one piece after the other; a full disk costs the log, not the agent. */
const createWriter = (path: string, maxBytes: number) => {
  let waiting = ''
  let lost = 0
  let writing: Promise<void> | undefined

  const write = async (): Promise<void> => {
    while (waiting !== '') {
      const text = lost === 0 ? waiting : `${waiting}# ${lost} 条未记 / left out\n`
      waiting = ''
      lost = 0
      try {
        if ((await sizeOf(path)) + text.length > maxBytes) await rename(path, `${path}.1`).catch(() => {})
        await appendFile(path, text, { mode: 0o600 })
      } catch {
        lost += 1
      }
    }
    writing = undefined
  }
  return {
    add: (entry: string): void => {
      if (waiting.length + entry.length > MAX_WAITING) lost += 1
      else waiting += entry
      writing ??= write()
    },
    idle: async (): Promise<void> => writing,
  }
}

/**
 * Every chunk on the lines that are tapped, one a row: time, line, direction, bytes in hex, as they were handed over and
 * cut. It holds whatever crosses the wire, a SIM's PIN and the codes on a pack too: off unless switched on, owner only.
 */
export const createWireLog = ({
  path,
  lines = [],
  maxBytes = 8 * 1024 * 1024,
  clock,
}: WireLogOptions): WireLog => {
  const taps = new Map<string, WireTap>()
  const writer = createWriter(path, maxBytes)
  return {
    tap: line => {
      const before = taps.get(line)
      if (before !== undefined) return before
      const tap: WireTap = {
        on: lines === 'all' || lines.includes(line),
        note: (direction, bytes) =>
          writer.add(`${clock().toISOString()} ${line} ${direction} ${hex(bytes)}\n`),
      }
      taps.set(line, tap)
      return tap
    },
    close: writer.idle,
  }
}
