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
  const drawers = [...hardware.drawers.keys()]
  // All at once: the locks of one board then share one query.
  const look = () => Promise.all(drawers.map(senses.position))
  const assertKnown = (
    positions: readonly ('open' | 'closed' | 'unknown')[],
    counts: (drawer: string) => boolean,
  ): void => {
    if (drawers.some((drawer, index) => positions[index] === 'unknown' && counts(drawer)))
      throw refuse('E_DRAWER_UNKNOWN')
  }
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
      const positions = await look()
      if (positions.includes('open')) throw refuse('E_DRAWER_OPEN')
      assertKnown(positions, drawer => drawer === opening || !retired(drawer))
    },
    /**
     * Before a person ends by their word what was going on in drawer `own`; nothing opens by that. A switch that never reads
     * closed, its own or another's, holds it no longer once a person took that drawer out of service. `seenClosed`: false =
     * what the scale of `own` says is not believed. Errors: E_DRAWER_OPEN, E_DRAWER_UNKNOWN.
     */
    assertAtRest: async (own: string): Promise<{ readonly seenClosed: boolean }> => {
      const positions = await look()
      const open = drawers.filter((_, index) => positions[index] === 'open')
      if (open.some(drawer => !retired(drawer))) throw refuse('E_DRAWER_OPEN')
      assertKnown(positions, drawer => !retired(drawer))
      return { seenClosed: !open.includes(own) }
    },
    /** The one drawer that may be open now, if any. */
    expectedOpen: (): string | undefined =>
      seats.map(seat => seat.expectedOpen()).find(drawer => drawer !== undefined),
    inReview: (): string | undefined =>
      seats.map(seat => seat.inReview()).find(drawer => drawer !== undefined),
  }
}

export type Desk = ReturnType<typeof createDesk>
