import type { DetectState } from '#domain/cold-chain/detect.ts'
import type { Database } from '../journal/database.ts'

/** An excursion that has raised its alarm and lasts. */
export type OpenExcursion = { readonly thermometer: string; readonly excursion: string }

/** As the monitors keep them, in the transaction of the alarm's own record: none is missed by a crash after it. */
export const openExcursions = (db: Database): readonly OpenExcursion[] =>
  db
    .all<{ thermometer: string; state: string }>('SELECT thermometer, state FROM excursion_state')
    .flatMap(({ thermometer, state }) => {
      const runs = JSON.parse(state) as DetectState
      return (['cold', 'hot'] as const).flatMap(side => {
        const run = runs[side]
        return run === null || run.alarmAt === null
          ? []
          : [{ thermometer, excursion: `${thermometer}-${side}-${run.start}` }]
      })
    })

const ID = /-(?:cold|hot)-/

/** In a lot's `ref`: ids of all that it was in, oldest first. What else stands there is a recall's. */
export const excursionsOf = (ref: string | null): readonly string[] =>
  ref?.split(' ').filter(id => ID.test(id)) ?? []
