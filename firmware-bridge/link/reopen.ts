import { lineClosed, lineDown } from '../error.ts'
import type { LineClock } from './clock.ts'
import { createListeners, type Line } from './line.ts'
import type { WireTap } from './wire-log.ts'

export type ReopeningLine = Line & {
  readonly isUp: () => boolean
  /** How often the line came up again after having been up before. */
  readonly reopenings: () => number
  /** Resolves when the very first attempt has ended, either way; never rejects. */
  readonly firstAttempt: Promise<void>
}

export type ReopeningOptions = {
  readonly name: string
  readonly open: () => Promise<Line>
  readonly clock: LineClock
  readonly firstDelayMs?: number
  readonly maxDelayMs?: number
  /** `where`: what the line turned out to be, e.g. the device behind a path by id. */
  readonly onChange?: (change: {
    readonly up: boolean
    readonly where?: string | undefined
    readonly error?: unknown
  }) => void
  readonly tap?: WireTap | undefined
}

type Backoff = { readonly next: () => number; readonly reset: () => void }

const doubling = ({ firstDelayMs = 250, maxDelayMs = 10_000 }: ReopeningOptions): Backoff => {
  let delayMs = firstDelayMs
  return {
    next: () => {
      const now = delayMs
      delayMs = Math.min(delayMs * 2, maxDelayMs)
      return now
    },
    reset: () => {
      delayMs = firstDelayMs
    },
  }
}

type Keeper = {
  readonly firstAttempt: Promise<void>
  readonly current: () => Line | undefined
  readonly ups: () => number
  readonly close: () => Promise<void>
}

/** Holds one open line at a time and opens the next when it ends. */
const keepOpen = (options: ReopeningOptions, onData: (bytes: Uint8Array) => void): Keeper => {
  const { open, clock, onChange, tap } = options
  const backoff = doubling(options)
  let current: Line | undefined
  let closed = false
  let ups = 0
  let cancelRetry = (): void => {}

  const ended = (error?: unknown): void => {
    current = undefined
    if (closed) return
    onChange?.({ up: false, error })
    cancelRetry = clock.after(backoff.next(), () => void attempt())
  }
  const attempt = async (): Promise<void> => {
    try {
      const line = await open()
      if (closed) return await line.close()
      line.onData(bytes => {
        // Only a line that carries something has proved itself; a gateway that accepts and hangs up keeps the backoff.
        backoff.reset()
        if (tap?.on) tap.note('←', bytes)
        if (!closed) onData(bytes)
      })
      line.onClose(() => ended())
      current = line
      ups += 1
      onChange?.({ up: true, where: line.where })
    } catch (error) {
      ended(error)
    }
  }
  return {
    firstAttempt: attempt(),
    current: () => current,
    ups: () => ups,
    close: async () => {
      closed = true
      cancelRetry()
      await current?.close()
    },
  }
}

/**
 * A line that opens again after loss, first after `firstDelayMs`, doubling up to `maxDelayMs`.
 *
 * Nothing is queued while it is down: `send` rejects at once with E_LINE_DOWN, as bytes sent
 * late to a lock board would open a drawer that nobody stands at any more.
 */
export const reopeningLine = (options: ReopeningOptions): ReopeningLine => {
  const { tap } = options
  const data = createListeners<Uint8Array>()
  const ended = createListeners<void>()
  const keeper = keepOpen(options, data.tell)
  let closed = false
  return {
    firstAttempt: keeper.firstAttempt,
    isUp: () => keeper.current() !== undefined,
    reopenings: () => Math.max(0, keeper.ups() - 1),
    send: async bytes => {
      if (closed) throw lineClosed(options.name)
      const line = keeper.current()
      if (line === undefined) throw lineDown(options.name)
      if (tap?.on) tap.note('→', bytes)
      await line.send(bytes)
    },
    onData: data.add,
    onClose: ended.add,
    drop: () => keeper.current()?.drop?.(),
    close: async () => {
      if (closed) return
      closed = true
      await keeper.close()
      ended.tell()
    },
  }
}
