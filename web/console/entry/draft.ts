import type { Item } from '#domain/drug.ts'
import type { Prescription, RxDrug, RxKind } from '#domain/prescription.ts'
import { packsNeeded } from '../words/dosing.ts'

/** What the form holds: an empty field is undefined or '', never a number that nobody typed. */
export type DraftDrug = {
  key: number
  drug: string
  dose: number | undefined
  unit: string
  frequency: string
  way: string
  days: number | undefined
  count: number | undefined
}
export type Draft = {
  rx: string
  kind: RxKind
  site: string
  validDays: number
  reason: string
  name: string
  certno: string
  age: number | undefined
  weight: number | undefined
  sex: '' | '1' | '2'
  pregnancyWeeks: number | undefined
  breastfeeding: '' | '0' | '1'
  /** 'none' = asked, there is none. Not asked is a fact of its own. */
  allergies: 'not-asked' | 'none' | 'some'
  allergyText: string
  egfr: number | undefined
  institution: string
  department: string
  prescriber: string
  diagnoses: { key: number; code: string; name: string }[]
  drugs: DraftDrug[]
}

let keys = 0
const nextKey = (): number => {
  keys += 1
  return keys
}

export const emptyDrug = (): DraftDrug => ({
  key: nextKey(),
  drug: '',
  dose: undefined,
  unit: '',
  frequency: 'QD',
  way: 'PO',
  days: 7,
  count: undefined,
})
export const emptyDiagnosis = () => ({ key: nextKey(), code: '', name: '' })

export const emptyDraft = (): Draft => ({
  rx: '',
  kind: 'ordinary',
  site: '',
  validDays: 3,
  reason: '',
  name: '',
  certno: '',
  age: undefined,
  weight: undefined,
  sex: '',
  pregnancyWeeks: undefined,
  breastfeeding: '',
  allergies: 'not-asked',
  allergyText: '',
  egfr: undefined,
  institution: '',
  department: '',
  prescriber: '',
  diagnoses: [emptyDiagnosis()],
  drugs: [emptyDrug()],
})

type Find = (drug: string) => Item | undefined

const toDrug = (line: DraftDrug, find: Find): RxDrug => {
  const item = find(line.drug)
  return {
    fixmedins_hilist_id: line.drug,
    drug_genname: item?.name ?? line.drug,
    ...(item ? { drug_dosform: item.form, drug_spec: item.spec } : {}),
    // An empty number is sent as 0, which the centre refuses by name.
    sin_doscnt: line.dose ?? 0,
    sin_dosunt: line.unit,
    used_frqu_codg: line.frequency,
    ...(line.way ? { medc_way_codg: line.way } : {}),
    medc_days: line.days ?? 0,
    drug_cnt: line.count ?? 0,
    drug_dosunt: item?.packUnit ?? '盒',
  }
}

/** Packs the directions of a line need; null while they are incomplete or cannot be computed. */
export const suggestedCount = (line: DraftDrug, find: Find): number | null => {
  const item = find(line.drug)
  return item && line.dose && line.days ? packsNeeded(toDrug(line, find), item) : null
}

const given = <K extends string, V>(key: K, value: V | undefined | ''): Partial<Record<K, V>> =>
  value === undefined || value === '' ? {} : ({ [key]: value } as Record<K, V>)

const allergyHistory = ({ allergies, allergyText }: Draft): string | undefined => {
  if (allergies === 'not-asked') return undefined
  return allergies === 'none' ? '' : allergyText.trim()
}

const toPatient = (draft: Draft): Prescription['mdtrtinfo'] => {
  const history = allergyHistory(draft)
  return {
    patn_name: draft.name.trim(),
    prsc_dr_name: draft.prescriber.trim(),
    ...given('certno', draft.certno.trim()),
    ...given('patn_age', draft.age),
    ...given('patn_wt', draft.weight),
    ...given('gend', draft.sex),
    ...given('geso_val', draft.pregnancyWeeks),
    ...given('suckprd_flag', draft.breastfeeding),
    ...(history === undefined ? {} : { algs_his: history }),
    ...given('egfr', draft.egfr),
    ...given('fixmedins_name', draft.institution.trim()),
    ...given('prsc_dept_name', draft.department.trim()),
  }
}

/** The message to post. A fact nobody entered is left out, so that the rules see it as missing. */
export const toPrescription = (draft: Draft, { find, at }: { find: Find; at: string }): Prescription => ({
  hosp_rxno: draft.rx.trim(),
  kind: draft.kind,
  site: draft.site,
  prsc_time: at,
  valid_days: draft.validDays,
  ...given('reason', draft.reason.trim()),
  mdtrtinfo: toPatient(draft),
  diseinfo: draft.diagnoses
    .filter(({ name }) => name.trim() !== '')
    .map(({ code, name }) => ({ ...given('diag_code', code.trim()), diag_name: name.trim() })),
  rxdrugdetail: draft.drugs.map(line => toDrug(line, find)),
})
