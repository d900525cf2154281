import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { Refusal } from '../errors.ts'

export type CceQuery = {
  readonly site: string
  /** UTC ms, `to` not included. */
  readonly from: number
  readonly to: number
}

/** One record of the outside message; field names and formats are those of the schema. */
type CceRecord = {
  /** Absolute time, UTC, `20261122T013000Z`. */
  readonly ABST: string
  /** Vaccine compartment, °C. */
  readonly TVC: number
  readonly ALRM: 'HEAT' | 'FRZE' | null
  /** Days of battery and error codes: mains-powered, and faults are not records. */
  readonly BEMD: null
  readonly EERR: null
}

type Excursion = {
  readonly thermometer: string
  readonly side: string
  readonly alarm_at: string
  readonly end_at: string | null
}

/** A message beyond this is asked for in parts. */
const MAX_RECORDS = 50_000
const SCHEMA_VERSION = '0.8.1'

const compact = (ms: number): string =>
  new Date(ms).toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '')

/** The alarm that stood at `at`, if one did. */
const alarmAt = (excursions: readonly Excursion[], at: number): CceRecord['ALRM'] => {
  const stood = excursions.find(
    ({ alarm_at, end_at }) => Date.parse(alarm_at) <= at && (end_at === null || at < Date.parse(end_at)),
  )
  if (stood === undefined) return null
  return stood.side === 'hot' ? 'HEAT' : 'FRZE'
}

const reportHead = (county: string, site: string, name: string, thermometer: string) => ({
  AMID: `${county}/${site}/${thermometer}`,
  CID: 'CN',
  FID: site,
  FNAM: name,
  EMFR: 'Yaogui',
  EMOD: 'edge-agent',
  ESER: `${site}-${thermometer}`,
  EMSV: null,
  EDOP: null,
  EPQS: null,
  DLST: { TVC: { SID: thermometer, SMFR: 'not stated', SMOD: 'not stated' } },
})

const measuredOf = async (db: Db, { site, from, to }: CceQuery) => {
  const rows = await db
    .selectFrom('temperatures')
    .select(['thermometer', 'at_ms', 'celsius'])
    .where('site', '=', site)
    // A replayed file is no measurement of this site.
    .where('source', '=', 'sensor')
    .where('at_ms', '>=', from)
    .where('at_ms', '<', to)
    .orderBy('thermometer')
    .orderBy('at_ms')
    .limit(MAX_RECORDS + 1)
    .execute()
  if (rows.length === 0) throw new Refusal('E_NO_RECORDS')
  if (rows.length > MAX_RECORDS) throw new Refusal('E_TOO_MANY_RECORDS')
  return Map.groupBy(rows, ({ thermometer }) => thermometer)
}

/**
 * The official records of a site as a `cce-interop` 0.8.1 message of type `rtm` (derived from WHO PQS E006/DS01), one
 * report a thermometer. Errors: E_SITE_UNKNOWN, E_NO_RECORDS, E_TOO_MANY_RECORDS.
 */
export const cceMessage = async (
  { db, clock, county }: { readonly db: Db; readonly clock: Clock; readonly county: string },
  query: CceQuery,
) => {
  const { site } = query
  const known = await db.selectFrom('sites').select('name').where('site', '=', site).executeTakeFirst()
  if (known === undefined) throw new Refusal('E_SITE_UNKNOWN')
  const measured = await measuredOf(db, query)
  const excursions = await db
    .selectFrom('excursions')
    .select(['thermometer', 'side', 'alarm_at', 'end_at'])
    .where('site', '=', site)
    .where('source', '=', 'sensor')
    .execute()
  const data = [...measured].map(([thermometer, rows]) => {
    const own = excursions.filter(each => each.thermometer === thermometer)
    const records = rows.map(
      ({ at_ms, celsius }): CceRecord => ({
        ABST: compact(at_ms),
        TVC: celsius,
        ALRM: alarmAt(own, at_ms),
        BEMD: null,
        EERR: null,
      }),
    )
    return { ...reportHead(county, site, known.name, thermometer), records }
  })
  const meta = {
    schemaVersion: SCHEMA_VERSION,
    transferType: 'rtm',
    transferId: randomUUID(),
    transferSrc: `yaogui:${county}`,
    transferredAt: clock.now().toISOString(),
  }
  return { meta, data }
}
