import { createClosings } from '#edge/journal/closings.ts'
import { createPruning } from '#edge/journal/prune.ts'
import { loadSiteKey } from '#edge/journal/site-key.ts'
import { openJournal } from './edge-journal.ts'

const HOUR = 3_600_000

/** A journal with its closings and retention, under a clock that the test turns. Starts at 10:00 in Shanghai. */
export const openDays = (dir: string, limits = { recordDays: 2, lastingDays: 4, maxBytes: 1e9 }) => {
  const held = openJournal(dir)
  const { db, journal, clock } = held
  const key = loadSiteKey(dir, clock.now())
  const closings = createClosings({ db, journal, clock, site: 'heping', key })
  const pruning = createPruning({ db, journal, clock, limits })
  const workADay = (): void => {
    for (let hour = 0; hour < 12; hour++) {
      const at = clock.now().toISOString()
      journal.record({
        kind: 'temperature.record',
        data: { thermometer: 'F1', at, celsius: 4, source: 'sensor' },
      })
      clock.pass(HOUR)
      if (hour % 4 === 1) journal.append([{ kind: 'drawer.tamper', data: { drawer: 'D01' } }])
    }
    clock.pass(12 * HOUR)
    closings.closeDays()
  }
  return {
    ...held,
    key,
    closings,
    pruning,
    workADay,
    /** All that may go, goes. */
    pruneAll: (): void => {
      while (pruning.pruneOne());
    },
    kinds: () => journal.read(0, 10_000).map(({ kind }) => kind),
    days: () =>
      db.all<{ day: string }>('SELECT day FROM journal_closings ORDER BY to_seq').map(({ day }) => day),
  }
}
