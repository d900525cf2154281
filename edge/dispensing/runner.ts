import type { Logger } from 'pino'
import { codeOf } from '#domain/error.ts'
import type { NewEvent } from '#domain/journal/events.ts'
import type { DoorEvent, Effect } from './door.ts'
import type { Live, Senses } from './senses.ts'

type Session = { readonly session: string; readonly phase: { readonly at: string } }

type Options<S extends Session, E extends { readonly type: string }> = {
  readonly initial: S | undefined
  readonly transition: (state: S, event: E | DoorEvent) => { state: S; effects: readonly Effect[] }
  /** Fsynced when it returns. */
  readonly write: (state: S, events: readonly NewEvent[]) => void
  /** Out of the machine's hands, for a person to close. */
  readonly toReview: (state: S, code: string) => S
  readonly senses: Senses
  readonly log: Logger
  readonly onChange: () => void
  /** A new weight of the open drawer, five times a second. */
  readonly onLive: () => void
}

/**
 * Performs what a machine says. Invariant: what cannot be written down does not go on, so `pulse` only follows the intent
 * that is on the disk.
 */
export const createRunner = <S extends Session, E extends { readonly type: string }>({
  initial,
  transition,
  write,
  toReview,
  senses,
  log,
  onChange,
  onLive,
}: Options<S, E>) => {
  let current = initial
  let live: Live | null = null
  const running = new Set<Promise<void>>()

  /** Moves to the next state, on disk first. */
  const apply = (before: S, event: E | DoorEvent): readonly Effect[] => {
    const { state, effects } = transition(before, event)
    try {
      for (const effect of effects) if (effect.do === 'write') write(state, effect.events)
      current = state
    } catch (error) {
      log.error(
        { code: codeOf(error), session: before.session },
        'the journal refused a write: the session stops for review',
      )
      current = toReview(before, 'E_JOURNAL_WRITE')
      return []
    } finally {
      if (current?.phase.at !== 'open') live = null
      onChange()
    }
    return effects
  }

  const perform = async (effect: Effect): Promise<DoorEvent | undefined> => {
    switch (effect.do) {
      case 'write':
        return effect.next
      case 'weigh':
        return senses.weigh(effect.drawer)
      case 'pulse':
        return senses.pulse(effect.drawer)
      case 'await-open':
        return senses.awaitOpen(effect.drawer)
      case 'await-close':
        return senses.awaitClose(effect.drawer, seen => {
          live = seen
          onLive()
        })
    }
  }

  const run = async (first: E): Promise<void> => {
    const events: (E | DoorEvent)[] = [first]
    for (let event = events.shift(); event && current && !senses.stopped(); event = events.shift()) {
      for (const effect of apply(current, event)) {
        const next = await perform(effect)
        if (next) events.push(next)
      }
    }
  }

  return {
    current: (): S | undefined => current,
    live: (): Live | null => live,
    /** What was written by other hands: a start, a review. */
    set: (state: S): void => {
      current = state
      onChange()
    },
    run,
    runInBackground: (event: E): void => {
      const task = run(event)
        .catch(error => log.error({ err: error }, 'a door session stopped unexpectedly'))
        .then(() => void running.delete(task))
      running.add(task)
    },
    settled: async (): Promise<void> => void (await Promise.all(running)),
  }
}

export type Runner<S extends Session, E extends { readonly type: string }> = ReturnType<
  typeof createRunner<S, E>
>
