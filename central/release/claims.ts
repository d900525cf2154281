import { createHash, randomBytes } from 'node:crypto'
import type { AuthorisedItem, Claims } from '#domain/authorisation/claims.ts'
import type { Item } from '#domain/drug.ts'
import type { Prescription, RxPatient } from '#domain/prescription.ts'
import { dosingText } from '#domain/review/dosing.ts'
import { expiryOf } from '#domain/review/facts.ts'
import { formatShanghai, parseShanghai } from '#domain/time.ts'
import { Refusal } from '../errors.ts'

/** Year of birth out of an 18-digit identity number (GB 11643); a year guessed from an age would not be a fact. */
const birthYearOf = (certno: string | undefined): number | undefined => {
  const year = Number(/^\d{6}((?:19|20)\d{2})\d{7}[\dXx]$/.exec(certno ?? '')?.[1])
  return Number.isInteger(year) ? year : undefined
}

const patientOf = ({ patn_name: name, certno }: RxPatient, salt: string): Claims['patient'] => {
  const birthYear = birthYearOf(certno)
  const idHash = certno && createHash('sha256').update(salt).update(certno.toUpperCase()).digest('hex')
  return { name, ...(birthYear ? { birthYear } : {}), ...(idHash ? { idHash } : {}) }
}

const itemsOf = (
  { rxdrugdetail }: Prescription,
  formulary: ReadonlyMap<string, Item>,
): readonly AuthorisedItem[] =>
  rxdrugdetail.map(rx => {
    const item = formulary.get(rx.fixmedins_hilist_id)
    // The formulary may have changed since the review; the cabinet would not know the drug.
    if (!item) throw new Refusal('E_RX_BLOCKED', [`/rxdrugdetail ${rx.fixmedins_hilist_id}`])
    const { id: drug, name, spec, packUnit: unit } = item
    return { drug, name, spec, unit, quantity: rx.drug_cnt, dosing: dosingText(rx) }
  })

const seconds = (at: Date): number => Math.floor(at.getTime() / 1000)

/** Days between two fills, of a prescription that may be repeated (续方). */
const intervalOf = ({ rept_flag, min_inrv_days: days }: Prescription): { minIntervalDays?: number } =>
  rept_flag === '1' && days !== undefined ? { minIntervalDays: days } : {}

/**
 * From when to when a fill holds. The first: from the time of issue to the end of its last calendar day. A refill (续方) cannot
 * hold from the day of issue, which is weeks ago: it holds from its own release, by the same count of days, the day of release
 * being the first (处方管理办法 第十八条, taken over).
 */
const validityOf = (prescription: Prescription, fill: number, now: Date): readonly [from: Date, to: Date] => {
  const released = fill === 1 ? prescription : { ...prescription, prsc_time: formatShanghai(now) }
  const [issued, expires] = [parseShanghai(released.prsc_time), expiryOf(released)]
  if (!issued || !expires || now >= expires) throw new Refusal('E_RX_EXPIRED')
  // A hospital's clock may run ahead: what is released now is good now.
  return [issued < now ? issued : now, expires]
}

/** What is signed: one fill. Errors: E_RX_EXPIRED, E_RX_BLOCKED. */
export const claimsOf = (
  prescription: Prescription,
  context: {
    readonly issuer: string
    readonly formulary: ReadonlyMap<string, Item>
    readonly now: Date
    readonly salt: string
    readonly reviewers: readonly string[]
    readonly rules: string
    readonly fill?: number
  },
): Claims => {
  const { issuer, formulary, now, salt, reviewers, rules, fill = 1 } = context
  const [from, to] = validityOf(prescription, fill, now)
  return {
    iss: issuer,
    aud: prescription.site,
    jti: randomBytes(12).toString('base64url'),
    iat: seconds(now),
    nbf: seconds(from),
    exp: seconds(to),
    rx: prescription.hosp_rxno,
    kind: prescription.kind ?? 'ordinary',
    fill,
    ...intervalOf(prescription),
    patient: patientOf(prescription.mdtrtinfo, salt),
    items: [...itemsOf(prescription, formulary)],
    prescriber: prescription.mdtrtinfo.prsc_dr_name,
    reviewers: [...reviewers],
    rules,
  }
}
