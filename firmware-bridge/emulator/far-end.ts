import { createServer } from 'node:net'
import { type LineClock, systemLineClock } from '../link/clock.ts'
import type { Line } from '../link/line.ts'
import { socketLine } from '../link/tcp.ts'

/** A board as the wire sees it: bytes heard in, replies out. One per connection, as it keeps a parser. */
export type FarEnd = (heard: Uint8Array) => readonly Uint8Array[]

/** Bad manners; write to the fields at run time. */
export type Manners = {
  /** Hears nothing. */
  deaf: boolean
  /** The adapter repeats what it is sent, before any reply. */
  echo: boolean
  /** Replies come this much later. */
  slowMs: number
  /** So many of the next replies have one byte inverted. */
  corruptReplies: number
  /** `bytes`: every byte a chunk of its own; `glued`: with the echo, and with all replies of 20 ms, in one chunk. */
  chunks: 'whole' | 'bytes' | 'glued'
}

export const goodManners = (): Manners => ({
  deaf: false,
  echo: false,
  slowMs: 0,
  corruptReplies: 0,
  chunks: 'whole',
})

const GLUE_MS = 20

export type ServeOptions = {
  readonly createFarEnd: () => FarEnd
  readonly manners?: Manners
  readonly clock?: LineClock
}

const corrupted = (reply: Uint8Array): Uint8Array => {
  const at = reply.length >> 1
  return reply.map((byte, index) => (index === at ? byte ^ 0xff : byte))
}

type Timers = { readonly later: (ms: number, run: () => void) => void; readonly cancelAll: () => void }

const createTimers = (clock: LineClock): Timers => {
  const cancels = new Set<() => void>()
  return {
    later: (ms, run) => {
      const cancel = clock.after(ms, () => {
        cancels.delete(cancel)
        run()
      })
      cancels.add(cancel)
    },
    cancelAll: () => {
      for (const cancel of cancels) cancel()
    },
  }
}

/** Puts bytes on the wire whole, one by one or glued, always in order. */
const createWriter = (line: Line, manners: Manners, { later }: Timers): ((bytes: Uint8Array) => void) => {
  let waiting: Uint8Array[] = []
  // The near end may be gone; a board does not notice.
  const put = (bytes: Uint8Array): void => void line.send(bytes).catch(() => {})
  const dribble = (): void => {
    const [first, ...rest] = waiting
    waiting = rest
    if (first !== undefined) put(first)
    if (rest.length > 0) later(1, dribble)
  }
  const glue = (): void => {
    put(Buffer.concat(waiting))
    waiting = []
  }
  return bytes => {
    if (manners.chunks === 'whole') return put(bytes)
    const byByte = manners.chunks === 'bytes'
    if (waiting.length === 0) later(byByte ? 1 : GLUE_MS, byByte ? dribble : glue)
    waiting.push(...(byByte ? Array.from(bytes, byte => Uint8Array.of(byte)) : [bytes]))
  }
}

/** Puts a board at the end of a line. The returned function takes it off. */
export const serveLine = (line: Line, options: ServeOptions): (() => void) => {
  const { createFarEnd, manners = goodManners(), clock = systemLineClock } = options
  const farEnd = createFarEnd()
  const timers = createTimers(clock)
  const write = createWriter(line, manners, timers)

  const answer = (reply: Uint8Array): void => {
    const bad = manners.corruptReplies > 0
    if (bad) manners.corruptReplies -= 1
    const bytes = bad ? corrupted(reply) : reply
    if (manners.slowMs > 0) timers.later(manners.slowMs, () => write(bytes))
    else write(bytes)
  }
  const stop = line.onData(heard => {
    if (manners.echo) write(heard)
    if (!manners.deaf) farEnd(heard).forEach(answer)
  })
  return () => {
    stop()
    timers.cancelAll()
  }
}

export type Served = { readonly port: number; readonly close: () => Promise<void> }

/** Serves a board over TCP on 127.0.0.1, as a serial gateway would; `port` 0 takes a free one. */
export const serveTcp = (options: ServeOptions & { readonly port?: number }): Promise<Served> =>
  new Promise((resolve, reject) => {
    const lines = new Set<Line>()
    const server = createServer(socket => {
      const line = socketLine(socket, 'emulator')
      const stop = serveLine(line, options)
      lines.add(line)
      line.onClose(() => {
        stop()
        lines.delete(line)
      })
    })
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', () => {
      const address = server.address()
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : 0,
        close: async () => {
          const ended = new Promise<void>(done => server.close(() => done()))
          await Promise.all([...lines].map(line => line.close()))
          await ended
        },
      })
    })
  })
