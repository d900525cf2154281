import type { CabinetPlan } from '#hardware/plan.ts'
import type { EdgeClock } from '../clock.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'

/** Of one thermometer. `offset` °C, added to what the sensor says; `until` the last day on which it holds, '' = no certificate. */
export type Calibration = {
  readonly thermometer: string
  readonly version: number
  readonly offset: number
  readonly certificate: string
  readonly until: string
  readonly at: string
  readonly actor: string
}

type Stated = Pick<Calibration, 'thermometer' | 'offset' | 'certificate' | 'until'>
type Reader = Pick<Database, 'get'>

const COLUMNS = 'thermometer, version, offset_c AS "offset", certificate, until, at, actor'

/** The newest one, or the one in force at `at` (ISO 8601). */
export const calibrationOf = (db: Reader, thermometer: string, at = '9'): Calibration | undefined =>
  db.get<Calibration>(
    `SELECT ${COLUMNS} FROM calibrations WHERE thermometer = ? AND at <= ? ORDER BY version DESC LIMIT 1`,
    thermometer,
    at,
  )

const statedIn = ({ thermometers }: CabinetPlan): readonly Stated[] =>
  thermometers.flatMap(({ id, driver, offset = 0, calibration }) =>
    // A replayed logger has its own certificate, and its file is no measurement of ours.
    driver === 'replay'
      ? []
      : [
          {
            thermometer: id,
            offset,
            certificate: calibration?.certificate ?? '',
            until: calibration?.expires ?? '',
          },
        ],
  )

const same = (a: Stated, b: Stated): boolean =>
  a.offset === b.offset && a.certificate === b.certificate && a.until === b.until

type Options = {
  readonly db: Database
  readonly journal: Journal
  readonly clock: Pick<EdgeClock, 'now'>
  readonly plan: CabinetPlan
  /** Who made it so; the plan is changed with the agent stopped. */
  readonly actor?: string
}

/**
 * Writes down each calibration of the plan that is not the one on record, as a new version, before the first reading is
 * taken by it: the chained and signed journal then says which correction any record was made with, and since when. A
 * thermometer without offset and certificate has version 0 until it gets one.
 */
export const recordCalibrations = ({ db, journal, clock, plan, actor = 'plan' }: Options): void => {
  for (const stated of statedIn(plan)) {
    const { thermometer, offset, certificate, until } = stated
    const known = calibrationOf(db, thermometer)
    if (same(stated, known ?? { thermometer, offset: 0, certificate: '', until: '' })) continue
    const version = (known?.version ?? 0) + 1
    const data = { ...stated, version, actor }
    const at = clock.now().toISOString()
    const project = () =>
      db.run(
        'INSERT INTO calibrations (thermometer, version, offset_c, certificate, until, at, actor) VALUES (?,?,?,?,?,?,?)',
        thermometer,
        version,
        offset,
        certificate,
        until,
        at,
        actor,
      )
    // Over a disk that refuses, the agent still watches the refrigerators.
    journal.tell({ kind: 'calibration.recorded', data }, { project })
  }
}
