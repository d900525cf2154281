import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'
import type { Outbox } from './outbox.ts'

type Options = { readonly db: Database; readonly journal: Journal; readonly outbox: Outbox }

/**
 * The way to the central pharmacy is the journal itself: an alarm is "sent" once it is written, up to `refs[0]`, and
 * "delivered" when the centre says that it has committed so far.
 */
export const createCentreChannel =
  ({ db, journal, outbox }: Options): (() => void) =>
  () => {
    for (const notice of outbox.all()) {
      if (notice.channel !== 'centre') continue
      if (notice.status === 'due') {
        const written = db.get<{ raised_at: string }>(
          'SELECT raised_at FROM alarms WHERE id = ?',
          notice.alarm,
        )
        // A disk that refuses has the alarm in memory still.
        if (written?.raised_at === notice.raisedAt)
          outbox.change(notice, { status: 'sent', refs: [journal.head()] })
      } else if (
        notice.status === 'sent' &&
        (notice.refs[0] ?? Number.POSITIVE_INFINITY) <= journal.committed()
      )
        outbox.settle(notice, 'delivered', { refs: notice.refs })
    }
  }
