import { LineError } from '../error.ts'
import { type LineClock, pause } from './clock.ts'

/** Who waits for the bus beyond this many is told E_BUS_BUSY at once. */
const MAX_WAITING = 64

/** The bus did not come free in time; not one byte was sent. */
export const busBusy = (): LineError =>
  new LineError('E_BUS_BUSY', {
    zh: '总线忙，指令未发送',
    en: 'the bus is busy, nothing was sent',
    kind: 'transient',
  })

/** One caller at a time, in order of arrival, with silence between; at most MAX_WAITING in line. */
export const createTurns = (clock: LineClock, turnaroundMs: number) => {
  let tail: Promise<unknown> = Promise.resolve()
  let waiting = 0
  let quietUntil = 0
  const settled = (): void => {
    waiting -= 1
  }
  return {
    /** Never shorter than between two exchanges: a late answer has only just left the wire. */
    quietUntil: (at: number): void => {
      quietUntil = Math.max(at, clock.now() + turnaroundMs)
    },
    take: <R>(job: () => Promise<R>): Promise<R> => {
      if (waiting >= MAX_WAITING) return Promise.reject(busBusy())
      waiting += 1
      const turn = tail.then(async () => {
        // What comes meanwhile may put it off.
        for (let left = quietUntil - clock.now(); left > 0; left = quietUntil - clock.now())
          await pause(clock, left)
        try {
          return await job()
        } finally {
          quietUntil = Math.max(quietUntil, clock.now() + turnaroundMs)
        }
      })
      tail = turn.then(settled, settled)
      return turn
    },
  }
}
