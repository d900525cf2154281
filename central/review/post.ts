import { randomInt } from 'node:crypto'
import type { Prescription } from '#domain/prescription.ts'
import { review } from '#domain/review/engine.ts'
import { expiryOf } from '#domain/review/facts.ts'
import { type Finding, worstResult } from '#domain/review/finding.ts'
import { RULE_SET_VERSION } from '#domain/review/rule-set.ts'
import type { Changes } from '../changes.ts'
import { type Clock, isoNow } from '../clock.ts'
import type { Db, Tx } from '../db/open.ts'
import { Refusal } from '../errors.ts'
import { byId, currentFormulary } from '../formulary/formulary.ts'

const ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz'
const randomPart = (): string =>
  Array.from({ length: 12 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')

/** Ids carry their site, so that every look-up leads with the site. `~` cannot stand in a site's id. */
const SEPARATOR = '~'
export const siteOfId = (id: string): string => id.split(SEPARATOR, 1)[0] ?? ''

type Posted = {
  readonly prescription: Prescription
  /** The request's text, kept as it came. */
  readonly raw: string
  readonly by: string
}

const insertFindings = async (
  tx: Tx,
  {
    site,
    id,
    findings,
  }: { readonly site: string; readonly id: string; readonly findings: readonly Finding[] },
): Promise<void> => {
  if (findings.length === 0) return
  const rows = findings.map((finding, n) => ({
    site,
    prescription: id,
    n,
    result: finding.result,
    rule: finding.rule,
    body: JSON.stringify(finding),
  }))
  await tx.insertInto('findings').values(rows).execute()
}

/** One number of one institution once: whoever comes second is refused, also in a race. */
const claimNumber = async (
  tx: Tx,
  { prescription, id }: { readonly prescription: Prescription; readonly id: string },
): Promise<void> => {
  const { hosp_rxno: rx, site, mdtrtinfo } = prescription
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('prescription_numbers')
    .values({ issuer: mdtrtinfo.fixmedins_name ?? '', rx, site, prescription: id })
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows !== 1n) throw new Refusal('E_RX_DUPLICATE', [`/hosp_rxno ${rx}`])
}

const problemsOf = async (db: Db, prescription: Prescription): Promise<readonly string[]> => {
  const { site } = prescription
  const known = await db.selectFrom('sites').select('site').where('site', '=', site).executeTakeFirst()
  return [
    ...(known ? [] : [`/site 没有站点“${site}” no such site`]),
    ...(expiryOf(prescription) ? [] : [`/prsc_time 不是有效时间 not a date: ${prescription.prsc_time}`]),
  ]
}

/**
 * Takes a prescription in and reviews it by the rules (the system's half of the double review); a pharmacist decides.
 * Its id. Errors: E_RX_INVALID (with every problem), E_RX_DUPLICATE.
 */
export const postPrescription = async (
  { db, clock, changes }: { readonly db: Db; readonly clock: Clock; readonly changes: Changes },
  { prescription, raw, by }: Posted,
): Promise<string> => {
  const problems = await problemsOf(db, prescription)
  if (problems.length > 0) throw new Refusal('E_RX_INVALID', problems)
  const { site, hosp_rxno: rx, kind = 'ordinary' } = prescription
  const findings = review(prescription, {
    formulary: byId(await currentFormulary(db)),
    now: clock.now(),
  })
  const id = `${site}${SEPARATOR}${randomPart()}`
  await db.transaction().execute(async tx => {
    await claimNumber(tx, { prescription, id })
    const row = {
      ...{ site, id, rx, kind, status: 'waiting', body: raw, rules: RULE_SET_VERSION },
      ...{ result: worstResult(findings), posted_at: isoNow(clock), posted_by: by },
      expires_at: expiryOf(prescription)?.toISOString() ?? null,
      ...{ decided_by: null, decided_at: null, action: null, reason: null },
    }
    await tx.insertInto('prescriptions').values(row).execute()
    await insertFindings(tx, { site, id, findings })
  })
  changes.announce('prescriptions')
  return id
}
