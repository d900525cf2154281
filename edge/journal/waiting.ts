import { classOf, type NewEvent } from '#domain/journal/events.ts'

/** An event on its way to the disk, with the time at which it happened. */
export type Pending = {
  readonly event: NewEvent
  readonly at: string
  readonly mono: number
  readonly clockTrusted: boolean
  /** Its projection, in the transaction that writes it. */
  readonly project?: (() => void) | undefined
  /** Called when both are on the disk. */
  readonly saved?: (() => void) | undefined
}

/** About 5 MB, or a week of a refrigerator's records. */
const MOST_WAITING = 10_000

type Lost = { readonly lost: number; readonly since: Pending }

/** Events that the disk has not taken yet, in bounded memory: when it is full, periodic records go first, and are counted. */
export const createWaiting = (most = MOST_WAITING) => {
  let waiting: Pending[] = []
  let lost = new Map<NewEvent['kind'], Lost>()

  const dropOne = (): void => {
    const at = Math.max(
      0,
      waiting.findIndex(({ event }) => classOf(event.kind) === 'record'),
    )
    const [dropped] = waiting.splice(at, 1)
    if (!dropped) return
    const { kind } = dropped.event
    const before = lost.get(kind)
    lost.set(kind, { lost: (before?.lost ?? 0) + 1, since: before?.since ?? dropped })
  }

  return {
    push: (pending: Pending): void => {
      if (waiting.length >= most) dropOne()
      waiting.push(pending)
    },
    /** What is to be written now: first what was lost, said as such. `written` forgets exactly that. */
    take: (): { readonly all: readonly Pending[]; readonly written: () => void } => {
      const taken = waiting
      const said = lost
      const losses = [...said].map(
        ([kind, { lost: count, since }]): Pending => ({
          event: { kind: 'journal.overflow', data: { kind, lost: count, since: since.at } },
          at: since.at,
          mono: since.mono,
          clockTrusted: since.clockTrusted,
        }),
      )
      return {
        all: [...losses, ...taken],
        written: () => {
          waiting = waiting.slice(taken.length)
          if (lost === said) lost = new Map()
        },
      }
    },
    size: () => waiting.length,
  }
}
