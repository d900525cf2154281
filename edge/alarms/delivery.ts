/**
 * Carries messages out, one at a time on each way. Invariants: what is handed over is marked on disk before; what may have
 * gone out is never sent again unseen, but an alarm's is repeated once and says so; every outcome is in the journal.
 */
import type { Channel } from '#domain/alarms/planner.ts'
import { repeated } from '#domain/alarms/text.ts'
import { codeOf } from '#domain/error.ts'
import { MINUTE, SECOND } from '#domain/time.ts'
import type { EdgeClock } from '../clock.ts'
import type { Notice, Outbox } from './outbox.ts'
import type { Outgoing, Sender } from './senders.ts'

const RETRY_MS = [10 * SECOND, 20 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE] as const
/** With the waiting above about an hour; a reminder comes on its own. */
const MAX_TRIES = 16

type Options = {
  readonly outbox: Outbox
  readonly clock: EdgeClock
  readonly senders: ReadonlyMap<Channel, Sender>
  readonly prepare: (notice: Notice) => Outgoing
  readonly onSent: (channel: Channel) => void
  readonly onFailed: (channel: Channel, error: unknown) => void
  /** A message of an alarm was given up, or is not known to have gone out. */
  readonly onGivenUp: (notice: Notice) => void
  readonly onChange: () => void
  /** A fault of ours: the messages stay due. */
  readonly onError: (error: unknown) => void
}

/** Alarms before warnings, then in their order. */
const byUrgency = (a: Notice, b: Notice): number =>
  Number(a.level === 'warning') - Number(b.level === 'warning') || a.id - b.id

const kindOf = (error: unknown): 'transient' | 'ambiguous' | 'permanent' => {
  const kind = (error as { readonly kind?: unknown } | null)?.kind
  return kind === 'ambiguous' || kind === 'permanent' ? kind : 'transient'
}

export const createDelivery = (options: Options) => {
  const { outbox, clock, senders, prepare, onSent, onFailed, onGivenUp, onChange, onError } = options
  /** By the monotonic clock: a wall clock that is set back must hold no message. */
  const retryAt = new Map<number, number>()
  const busy = new Map<Channel, Promise<void>>()
  let closed = false

  const uncertain = (notice: Notice, code: string): void => {
    outbox.settle(notice, 'uncertain', { code })
    if (notice.level === 'alarm' && !notice.again)
      outbox.add({ ...notice, text: repeated(notice.text), again: true })
    else onGivenUp(notice)
  }
  const failed = (notice: Notice, error: unknown): void => {
    const [kind, code] = [kindOf(error), codeOf(error)]
    onFailed(notice.channel, error)
    if (kind === 'ambiguous' && senders.get(notice.channel)?.repeatable !== true) {
      uncertain(notice, code)
      return
    }
    const tries = notice.tries + 1
    if (kind === 'permanent' || tries >= MAX_TRIES) {
      outbox.settle({ ...notice, tries }, 'failed', { code })
      onGivenUp(notice)
      return
    }
    retryAt.set(notice.id, clock.monotonic() + (RETRY_MS[tries - 1] ?? 5 * MINUTE))
    outbox.change(notice, { status: 'due', tries, code })
    if (code !== notice.code) outbox.note(notice, code)
  }

  const sendOne = async (notice: Notice, sender: Sender): Promise<void> => {
    const marked = outbox.change(notice, { status: 'sending' })
    try {
      const { outcome, refs } = await sender.send(prepare(marked))
      if (closed) return
      outbox.settle(marked, outcome, { refs })
      onSent(notice.channel)
    } catch (error) {
      // What hung when the agent was stopped is found as `sending` at the next start.
      if (!closed) failed(marked, error)
    }
    if (!closed) onChange()
  }

  const next = (channel: Channel): Notice | undefined =>
    outbox
      .all()
      .filter(one => one.channel === channel && one.status === 'due')
      .filter(({ id }) => (retryAt.get(id) ?? 0) <= clock.monotonic())
      .toSorted(byUrgency)[0]

  const work = async (channel: Channel, sender: Sender): Promise<void> => {
    for (let notice = next(channel); notice && !closed; notice = next(channel)) await sendOne(notice, sender)
  }

  return {
    /** At the start: what was in somebody's hands when the agent ended. */
    recover: (): void => {
      for (const notice of outbox.all()) {
        const { channel, status } = notice
        const waits = status === 'due' || status === 'sending'
        if (!waits || channel === 'centre') continue
        if (!senders.has(channel)) outbox.settle(notice, 'failed', { code: 'E_NOTIFY_GONE' })
        else if (status === 'sending' && senders.get(channel)?.repeatable)
          outbox.change(notice, { status: 'due' })
        else if (status === 'sending') uncertain(notice, 'E_NOTIFY_INTERRUPTED')
      }
    },
    /** Starts what is due; ends at once. */
    run: (): void => {
      if (closed) return
      for (const [channel, sender] of senders)
        if (!busy.has(channel) && next(channel))
          busy.set(
            channel,
            work(channel, sender)
              .catch(onError)
              .finally(() => void busy.delete(channel)),
          )
    },
    /** Ends when nothing is in anybody's hands. */
    idle: async (): Promise<void> => {
      while (busy.size > 0) await Promise.all(busy.values())
    },
    close: (): void => {
      closed = true
    },
  }
}
