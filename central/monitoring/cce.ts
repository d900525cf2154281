import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { Refusal } from '../errors.ts'
import { type StoodAt, standingOf } from './cce-standing.ts'

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
  /** Every one that stands, separated by spaces. */
  readonly ALRM: string | null
  /** Seconds of the quarter of an hour before in which the refrigerator's own door was open; where a contact watches it. */
  readonly DORV?: number
  /** Days of battery and error codes: a charge in percent gives no days, and faults are not records. */
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

/** The temperature's alarm that stood at `at`, if one did. */
const excursionAt = (excursions: readonly Excursion[], at: number): readonly string[] => {
  const stood = excursions.find(
    ({ alarm_at, end_at }) => Date.parse(alarm_at) <= at && (end_at === null || at < Date.parse(end_at)),
  )
  if (stood === undefined) return []
  return [stood.side === 'hot' ? 'HEAT' : 'FRZE']
}

const recordOf = (
  { at_ms, celsius }: { readonly at_ms: number; readonly celsius: number },
  excursions: readonly Excursion[],
  { codes, ...door }: StoodAt,
): CceRecord => ({
  ABST: compact(at_ms),
  TVC: celsius,
  ALRM: [...excursionAt(excursions, at_ms), ...codes].join(' ') || null,
  ...door,
  BEMD: null,
  EERR: null,
})

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
  const stoodOf = await standingOf(db, query, [...measured.keys()])
  const data = [...measured].map(([thermometer, rows]) => {
    const own = excursions.filter(each => each.thermometer === thermometer)
    const stoodAt = stoodOf(thermometer)
    const records = rows.map(row => recordOf(row, own, stoodAt(row.at_ms)))
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
