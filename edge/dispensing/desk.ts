import type { EdgeHardware } from '../hardware.ts'
import { refuse } from './refusals.ts'
import type { Senses } from './senses.ts'

/** Who works at the cabinet: withdrawals are one, the work around them the other. */
export type Seat = {
  /** Is a session of this one not finished? */
  readonly busy: () => boolean
  /** The drawer that its session may have open now. */
  readonly expectedOpen: () => string | undefined
  /** The drawer of its session that waits for review: it may still be open, but opens no more. */
  readonly inReview: () => string | undefined
}

type Options = {
  readonly hardware: Pick<EdgeHardware, 'drawers'>
  readonly senses: Pick<Senses, 'position'>
  /** Throws while nothing may be unlocked at all (R16: a mechanical key is out). */
  readonly assertInService: () => void
  /** Did a person take this drawer out of service (R18)? */
  readonly retired: (drawer: string) => boolean
}

/**
 * One cabinet, one pair of hands (R6): whoever works at it does one thing after another, opens a session only when none is
 * open, and unlocks only while every drawer is known to be closed.
 */
export const createDesk = ({ hardware, senses, assertInService, retired }: Options) => {
  const seats: Seat[] = []
  let queue: Promise<unknown> = Promise.resolve()
  return {
    join: (seat: Seat): void => void seats.push(seat),
    exclusive: <T>(task: () => Promise<T>): Promise<T> => {
      const turn = queue.then(task)
      queue = turn.catch(() => {})
      return turn
    },
    assertInService,
    /** Errors: E_WITHDRAWAL_OPEN. */
    assertFree: (): void => {
      if (seats.some(seat => seat.busy())) throw refuse('E_WITHDRAWAL_OPEN')
    },
    /**
     * Before `opening` opens, if one is to. A lock that nobody can read holds the whole cabinet until a person takes its
     * drawer out of service (R18); one that is seen open always does. Errors: E_DRAWER_OPEN, E_DRAWER_UNKNOWN.
     */
    assertClosed: async (opening?: string): Promise<void> => {
      const drawers = [...hardware.drawers.keys()]
      // All at once: the locks of one board then share one query.
      const positions = await Promise.all(drawers.map(senses.position))
      if (positions.includes('open')) throw refuse('E_DRAWER_OPEN')
      const counts = (drawer: string): boolean => drawer === opening || !retired(drawer)
      if (drawers.some((drawer, index) => positions[index] === 'unknown' && counts(drawer)))
        throw refuse('E_DRAWER_UNKNOWN')
    },
    /** The one drawer that may be open now, if any. */
    expectedOpen: (): string | undefined =>
      seats.map(seat => seat.expectedOpen()).find(drawer => drawer !== undefined),
    inReview: (): string | undefined =>
      seats.map(seat => seat.inReview()).find(drawer => drawer !== undefined),
  }
}

export type Desk = ReturnType<typeof createDesk>
