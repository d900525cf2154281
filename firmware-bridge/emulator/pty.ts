import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { type FileHandle, lstat, open } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { LineError } from '../error.ts'

/** A pseudo-terminal that stands for a serial port with a board behind it. */
export type Pty = {
  /** Pulls the adapter out: the port and its name are gone. */
  readonly unplug: () => Promise<void>
  /** Puts it in again, as another device behind the same name. Rejects as `openPty` does. */
  readonly plug: () => Promise<void>
}

const noSocat = (cause: unknown): LineError =>
  new LineError('E_SOCAT', {
    zh: '串口线路需要 socat：请先安装（Debian：apt install socat）',
    en: 'serial lines need socat: install it first (Debian: apt install socat)',
    kind: 'permanent',
    cause,
  })

const noPty = (path: string, why: string): LineError =>
  new LineError('E_PTY', {
    zh: `无法建立模拟串口 ${path}：${why}`,
    en: `cannot make the serial port ${path}: ${why}`,
    kind: 'permanent',
  })

const READY_MS = 10_000

type Plugged = { readonly socat: ChildProcess; readonly ended: Promise<void>; readonly held: FileHandle }

/**
 * Opens the terminal's own side without becoming its owner, and keeps it: when nobody had it open, its master would read an
 * error, and a port that an agent lets go of would vanish.
 */
const hold = (path: string): Promise<FileHandle> => open(path, constants.O_RDWR | constants.O_NOCTTY)

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  )

const plugIn = async (path: string, port: number): Promise<Plugged> => {
  // Also a link that somebody left behind: the number of its terminal may be another's by now.
  if (await exists(path)) throw noPty(path, '已存在，请先删除 / it stands already, remove it first')
  const socat = spawn('socat', [`pty,raw,echo=0,link=${path}`, `tcp:127.0.0.1:${port},nodelay`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  let failed: LineError | undefined
  socat.stderr.on('data', text => {
    said = (said + String(text)).slice(-500)
  })
  const ended = new Promise<void>(resolve => {
    socat.once('error', cause => {
      failed = noSocat(cause)
      resolve()
    })
    socat.once('close', () => {
      // Its own time and number are nobody's concern.
      failed ??= noPty(path, said.trim().replace(/^.*\] E /, ''))
      resolve()
    })
  })
  const until = performance.now() + READY_MS
  for (;;) {
    if (failed) throw failed
    const held = await hold(path).catch(() => undefined)
    if (held !== undefined) return { socat, ended, held }
    if (performance.now() > until) {
      socat.kill()
      throw noPty(path, `not there within ${READY_MS} ms`)
    }
    await pause(10)
  }
}

/**
 * A pseudo-terminal at `path` in front of the board that is served at a TCP port of this machine. Rejects with E_SOCAT when
 * that program is missing, with E_PTY when it fails, as where `path` stands already; both permanent.
 */
export const openPty = async (path: string, port: number): Promise<Pty> => {
  let now: Plugged | undefined = await plugIn(path, port)
  return {
    unplug: async () => {
      const was = now
      now = undefined
      if (was === undefined) return
      await was.held.close()
      was.socat.kill()
      await was.ended
    },
    plug: async () => {
      now ??= await plugIn(path, port)
    },
  }
}
