import type { Channel, Told, What } from '#domain/alarms/planner.ts'
import { codeOf } from '#domain/error.ts'
import type { JournalEvents, NewEvent } from '#domain/journal/events.ts'
import { DAY } from '#domain/time.ts'
import type { EdgeClock } from '../clock.ts'
import { isDiskCode } from '../health/disk.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'

/** due 待发 · sending: handed over, no answer yet · uncertain: it may have gone out. */
export type NoticeStatus = 'due' | 'sending' | JournalEvents['alarm.notified']['outcome']

/** One message to one target. `again`: the one repetition of an uncertain one. Times are ISO 8601 UTC. */
export type Notice = {
  readonly id: number
  readonly alarm: string
  readonly level: 'warning' | 'alarm'
  readonly raisedAt: string
  readonly channel: Channel
  readonly target: string
  readonly what: What | 'test'
  readonly step: number
  readonly text: string
  readonly at: string
  readonly tries: number
  readonly again: boolean
  readonly status: NoticeStatus
  readonly code: string | null
  readonly refs: readonly number[]
}

type Row = Omit<Notice, 'raisedAt' | 'again' | 'refs'> & {
  readonly raised_at: string
  readonly again: number
  readonly refs: string
}

const noticeOf = ({ raised_at, again, refs, ...row }: Row): Notice => ({
  ...row,
  raisedAt: raised_at,
  again: again === 1,
  refs: JSON.parse(refs) as number[],
})

/** What was told three months ago stands in the journal; here it only makes the file longer. */
const KEPT_MS = 90 * DAY
/** More than any alarm that is still open may have behind it. */
const LOADED = 5_000

const SAVE = `INSERT OR REPLACE INTO notices (id, alarm, level, raised_at, channel, target, what, step, text, at, tries,
  again, status, code, refs) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`

/** How each of its states is journaled. */
const evidence = ({ alarm, channel, target, what, code, refs }: Notice, outcome: Outcome): NewEvent => ({
  kind: 'alarm.notified',
  data: { alarm, channel, target, what, outcome, code, refs },
})

type Outcome = JournalEvents['alarm.notified']['outcome']

/** A disk that refuses has an alarm of its own; messages go out all the same. */
const orLater = (write: () => void): void => {
  try {
    write()
  } catch (error) {
    if (!isDiskCode(codeOf(error))) throw error
  }
}

type Options = { readonly db: Database; readonly journal: Journal; readonly clock: EdgeClock }

/**
 * Messages on their way, in memory and on disk, so that a restart goes on. A disk that refuses holds no message back: what
 * it did not take is written at the next `flush`.
 */
export const createOutbox = ({ db, journal, clock }: Options) => {
  const notices = new Map<number, Notice>()
  const byAlarm = new Map<string, Set<number>>()
  const unsaved = new Set<number>()
  const hold = (notice: Notice): void => {
    const { id, alarm } = notice
    notices.set(id, notice)
    byAlarm.set(alarm, (byAlarm.get(alarm) ?? new Set()).add(id))
  }
  for (const row of db.all<Row>('SELECT * FROM notices ORDER BY id DESC LIMIT ?', LOADED).toReversed())
    hold(noticeOf(row))
  let lastId = [...notices.keys()].at(-1) ?? 0

  const save = (notice: Notice): void => {
    const { id, alarm, level, raisedAt, channel, target, what, step, text, at } = notice
    const { tries, again, status, code, refs } = notice
    db.run(
      SAVE,
      ...[id, alarm, level, raisedAt, channel, target, what, step, text, at],
      ...[tries, again ? 1 : 0, status, code, JSON.stringify(refs)],
    )
    unsaved.delete(id)
  }
  const put = (notice: Notice): Notice => {
    hold(notice)
    unsaved.add(notice.id)
    return notice
  }
  const of = (alarm: string): readonly Notice[] =>
    [...(byAlarm.get(alarm) ?? [])].flatMap(id => notices.get(id) ?? [])
  const flush = (): void => {
    orLater(() => {
      for (const id of unsaved) {
        const notice = notices.get(id)
        if (notice) save(notice)
      }
    })
  }

  return {
    flush,
    add: (notice: Omit<Notice, 'id' | 'at' | 'tries' | 'code' | 'refs' | 'status'>): Notice => {
      lastId += 1
      const rest = { at: clock.now().toISOString(), tries: 0, status: 'due', code: null, refs: [] } as const
      return put({ ...notice, id: lastId, ...rest })
    },
    /** Before it is handed over: what is found so at the next start may have gone out. */
    change: (notice: Notice, to: Partial<Pick<Notice, 'status' | 'tries' | 'code' | 'refs'>>): Notice => {
      const next = put({ ...notice, ...to })
      flush()
      return next
    },
    /** The outcome with its evidence in the journal, in one transaction. */
    settle: (notice: Notice, outcome: Outcome, more: Partial<Pick<Notice, 'code' | 'refs'>> = {}): Notice => {
      const next = put({ ...notice, code: null, ...more, status: outcome })
      journal.tell(evidence(next, outcome), {
        project: () => save(next),
        saved: () => void unsaved.delete(next.id),
      })
      return next
    },
    /** Evidence of a failure that is tried again. */
    note: (notice: Notice, code: string): void => journal.tell(evidence({ ...notice, code }, 'failed')),
    of,
    history: (alarm: string): readonly Told[] =>
      of(alarm).flatMap(({ what, again, at, raisedAt, ...one }) =>
        again || what === 'test'
          ? []
          : [{ ...one, what, at: Date.parse(at), raisedAt: Date.parse(raisedAt) }],
      ),
    all: (): readonly Notice[] => [...notices.values()],
    get: (id: number): Notice | undefined => notices.get(id),
    /** Now and then: drops what is long past and waits for nothing. */
    prune: (): void => {
      const oldest = new Date(clock.now().getTime() - KEPT_MS).toISOString()
      for (const { id, alarm, at, status } of notices.values())
        if (at < oldest && status !== 'due' && status !== 'sending') {
          notices.delete(id)
          byAlarm.get(alarm)?.delete(id)
        }
      orLater(() => db.run("DELETE FROM notices WHERE at < ? AND status NOT IN ('due', 'sending')", oldest))
    },
  }
}

export type Outbox = ReturnType<typeof createOutbox>
