import type { LineClock } from './clock.ts'

type Options = {
  readonly clock: LineClock
  readonly lateWindowMs: number
  /** Keeps everybody off the wire until then. */
  readonly quietUntil: (at: number) => void
}

/**
 * The answers still owed after an ask: one for each time it was sent in vain. The wire stays quiet until they have come, or
 * until they would be later than `lateWindowMs` beyond what this ask has shown the board to take; the next question would
 * get them, and a lock's state of before its pulse would pass for the one of after it.
 */
export const createOwed = ({ clock, lateWindowMs, quietUntil }: Options) => {
  let owed = 0
  let first = 0
  let last = 0
  let until = 0
  const wait = (ms: number): void => {
    until = clock.now() + ms
    quietUntil(until)
  }
  /** One came: the others may be as slow as it. */
  const oneLess = (): void => {
    owed -= 1
    const slowest = clock.now() - first
    wait(owed <= 0 ? 0 : Math.max(0, last + slowest + lateWindowMs - clock.now()))
  }
  return {
    asked: (again: boolean): void => {
      last = clock.now()
      if (!again) first = last
      owed = again ? owed + 1 : 1
      until = Number.POSITIVE_INFINITY
    },
    answered: oneLess,
    unanswered: (): void => wait(lateWindowMs),
    /** The line is down: what was under way on it is lost. */
    lost: (): void => {
      owed = 0
    },
    /** A whole frame came while nobody waited for one. */
    late: (): void => {
      if (owed > 0 && clock.now() <= until) oneLess()
    },
  }
}
