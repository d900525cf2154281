import type { JournalVerifyView } from '#cloud-sync/contract/edge-journal.ts'
import type { EdgeClock } from '../clock.ts'
import type { Database } from './database.ts'
import { verifySteps } from './verifier.ts'

/** Lets whatever else waits go first. */
type Yield = (next: () => void) => void

/** Verifies the journal of the running agent, a few milliseconds at a time. One run at once; asking again joins it. */
export const createVerifyJob = ({
  db,
  clock,
  next = setImmediate,
}: {
  readonly db: Database
  readonly clock: EdgeClock
  readonly next?: Yield
}) => {
  let view: JournalVerifyView = { state: 'never' }

  const run = (): void => {
    const startedAt = clock.now().toISOString()
    const steps = verifySteps(db)
    view = { state: 'running', startedAt, checked: 0, total: 0 }
    const turn = (): void => {
      try {
        const { done, value } = steps.next()
        if (done) {
          view = { state: 'done', startedAt, endedAt: clock.now().toISOString(), report: value }
          return
        }
        view = { state: 'running', startedAt, ...value }
        next(turn)
      } catch {
        // The database was closed under it: the agent is stopping.
        view = { state: 'never' }
      }
    }
    next(turn)
  }

  return {
    view: (): JournalVerifyView => view,
    running: () => view.state === 'running',
    start: (): JournalVerifyView => {
      if (view.state !== 'running') run()
      return view
    },
  }
}
