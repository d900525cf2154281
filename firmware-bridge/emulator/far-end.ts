import { createServer, type Server } from 'node:net'
import { type LineClock, systemLineClock } from '../link/clock.ts'
import type { Line } from '../link/line.ts'
import { socketLine } from '../link/tcp.ts'
import { heardAtRate } from './wrong-baud.ts'

/** A board as the wire sees it: bytes heard in, replies out. One per connection, as it keeps a parser. */
export type FarEnd = (heard: Uint8Array) => readonly Uint8Array[]

/** Puts bytes on the wire that nobody asked for; with the manners of a reply. */
export type Speak = (bytes: Uint8Array) => void

/** Bad manners; write to the fields at run time. */
export type Manners = {
  /** Hears nothing. */
  deaf: boolean
  /** The adapter repeats what it is sent, before any reply. */
  echo: boolean
  /** Replies come this much later. */
  slowMs: number
  /** So many of the next chunks it hears are inverted: all their bytes, as a chunk may hold more than one frame. */
  corruptHeard: number
  /** So many of the next replies have one byte inverted. */
  corruptReplies: number
  /** Its UART's rate as a multiple of the line's; anything but 1 makes garbage of both directions. */
  baudRatio: number
  /** `bytes`: every byte a chunk of its own; `glued`: with the echo, and with all replies of 20 ms, in one chunk. */
  chunks: 'whole' | 'bytes' | 'glued'
}

export const goodManners = (): Manners => ({
  deaf: false,
  echo: false,
  slowMs: 0,
  corruptHeard: 0,
  corruptReplies: 0,
  baudRatio: 1,
  chunks: 'whole',
})

const GLUE_MS = 20

export type ServeOptions = {
  readonly createFarEnd: (speak: Speak) => FarEnd
  readonly manners?: Manners
  readonly clock?: LineClock
}

const corrupted = (bytes: Uint8Array): Uint8Array => {
  const at = bytes.length >> 1
  return bytes.map((byte, index) => (index === at ? byte ^ 0xff : byte))
}

/** Uses up one of the disturbances that the manners still hold. */
const isDisturbed = (manners: Manners, which: 'corruptHeard' | 'corruptReplies'): boolean => {
  if (manners[which] <= 0) return false
  manners[which] -= 1
  return true
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
    if (bytes.length === 0) return
    if (manners.chunks === 'whole') return put(bytes)
    const byByte = manners.chunks === 'bytes'
    if (waiting.length === 0) later(byByte ? 1 : GLUE_MS, byByte ? dribble : glue)
    waiting.push(...(byByte ? Array.from(bytes, byte => Uint8Array.of(byte)) : [bytes]))
  }
}

/** Puts a board at the end of a line. The returned function takes it off. */
export const serveLine = (line: Line, options: ServeOptions): (() => void) => {
  const { createFarEnd, manners = goodManners(), clock = systemLineClock } = options
  const timers = createTimers(clock)
  const write = createWriter(line, manners, timers)

  const answer = (reply: Uint8Array): void => {
    const sent = isDisturbed(manners, 'corruptReplies') ? corrupted(reply) : reply
    const bytes = heardAtRate(sent, 1 / manners.baudRatio)
    if (manners.slowMs > 0) timers.later(manners.slowMs, () => write(bytes))
    else write(bytes)
  }
  const farEnd = createFarEnd(answer)
  const stop = line.onData(sent => {
    if (manners.echo) write(sent)
    if (manners.deaf) return
    const arrived = isDisturbed(manners, 'corruptHeard') ? sent.map(byte => byte ^ 0xff) : sent
    farEnd(heardAtRate(arrived, manners.baudRatio)).forEach(answer)
  })
  return () => {
    stop()
    timers.cancelAll()
  }
}

export type Served = {
  readonly port: number
  /** Ends all connections and takes no more, until it is plugged in again at the same port. */
  readonly unplug: () => Promise<void>
  readonly plug: () => Promise<void>
  readonly close: () => Promise<void>
}

const listen = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })

export type ServeTcpOptions = ServeOptions & {
  /** 0 takes a free one. */
  readonly port?: number
  readonly host?: string
}

/** Serves a board over TCP, as a serial gateway would; on this machine alone unless `host` says otherwise. */
export const serveTcp = async (options: ServeTcpOptions): Promise<Served> => {
  const { host = '127.0.0.1' } = options
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
  const port = await listen(server, options.port ?? 0, host)
  const unplug = async (): Promise<void> => {
    if (!server.listening) return
    const ended = new Promise<void>(done => server.close(() => done()))
    await Promise.all([...lines].map(line => line.close()))
    await ended
  }
  return {
    port,
    unplug,
    plug: async () => {
      if (!server.listening) await listen(server, port, host)
    },
    close: unplug,
  }
}
