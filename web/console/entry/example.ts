import { type Draft, emptyDiagnosis, emptyDraft, emptyDrug } from './draft.ts'

/** A number of the day that is not used twice in one demo: date and time to the second. */
export const proposedNumber = (at: string): string => `YX${at.replace(/\D/g, '')}`

/** A plausible chronic prescription for showing the house round: nobody's data. */
export const exampleDraft = ({ site, at }: { readonly site: string; readonly at: string }): Draft => ({
  ...emptyDraft(),
  rx: proposedNumber(at),
  site,
  name: '李秀兰',
  age: 67,
  weight: 58,
  sex: '2',
  allergies: 'none',
  egfr: 72,
  institution: '云溪县人民医院',
  department: '心血管内科',
  prescriber: '周敏',
  reason: '高血压、糖尿病病情稳定，长期用药',
  kind: 'long-term',
  diagnoses: [
    { ...emptyDiagnosis(), code: 'I10', name: '原发性高血压' },
    { ...emptyDiagnosis(), code: 'E11.9', name: '2型糖尿病' },
  ],
  drugs: [
    { ...emptyDrug(), drug: 'amlodipine-5', dose: 5, unit: 'mg', frequency: 'QD', days: 28 },
    { ...emptyDrug(), drug: 'metformin-500', dose: 500, unit: 'mg', frequency: 'BID', days: 28 },
  ],
})
