import { SAMPLE_FORMULARY } from '#central/formulary/sample.ts'
import type { Prescription, RxDrug, RxPatient } from '#domain/prescription.ts'
import { review } from '#domain/review/engine.ts'
import type { Finding } from '#domain/review/finding.ts'

const FORMULARY = new Map(SAMPLE_FORMULARY.map(item => [item.id, item]))

/** One line: one dosage unit a day for seven days, one pack, unless said otherwise. */
export const drug = (id: string, changes: Partial<RxDrug> = {}): RxDrug => {
  const item = FORMULARY.get(id)
  return {
    fixmedins_hilist_id: id,
    drug_genname: item?.name ?? id,
    sin_doscnt: item?.strength ?? 1,
    sin_dosunt: item?.strengthUnit ?? 'mg',
    used_frqu_codg: 'QD',
    medc_days: 7,
    drug_cnt: 1,
    drug_dosunt: item?.packUnit ?? '盒',
    ...changes,
  }
}

/** A man of 60 without allergies, with one diagnosis, on an ordinary prescription of this morning. */
export const prescribe = (
  drugs: readonly RxDrug[],
  { patient, ...changes }: Partial<Prescription> & { readonly patient?: Partial<RxPatient> } = {},
): Prescription => ({
  hosp_rxno: 'RX-1',
  kind: 'ordinary',
  site: 's001',
  prsc_time: '2026-11-22 09:00:00',
  mdtrtinfo: { patn_name: '张三', patn_age: 60, gend: '1', algs_his: '', prsc_dr_name: '李医师', ...patient },
  diseinfo: [{ diag_name: '高血压病' }],
  rxdrugdetail: [...drugs],
  ...changes,
})

/** Leaves a field out, which is not the same as leaving it empty. */
export const without = (prescription: Prescription, field: keyof RxPatient): Prescription => {
  const { [field]: _gone, ...rest } = prescription.mdtrtinfo
  return { ...prescription, mdtrtinfo: rest as RxPatient }
}

export const reviewed = (prescription: Prescription, now = '2026-11-22T01:30:00.000Z'): readonly Finding[] =>
  review(prescription, { formulary: FORMULARY, now: new Date(now) })

/** What one rule says: its results, in order. */
export const verdictOf = (rule: string, prescription: Prescription, now?: string): readonly string[] =>
  reviewed(prescription, now)
    .filter(finding => finding.rule === rule)
    .map(({ result }) => result)
