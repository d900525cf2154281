import type { Text } from '#cloud-sync/contract/edge-api.ts'
import type { RxPatient } from '#domain/prescription.ts'
import { pregnancyOf } from '#domain/review/facts.ts'

export type Fact = { readonly name: Text; readonly value: Text; readonly missing: boolean }

const SEX: Readonly<Record<string, Text>> = { '1': { zh: '男', en: 'male' }, '2': { zh: '女', en: 'female' } }
const MISSING: Text = { zh: '未提供', en: 'not given' }
const plain = (text: string): Text => ({ zh: text, en: text })

export const sexOf = (patient: RxPatient): Text => (patient.gend ? (SEX[patient.gend] ?? MISSING) : MISSING)

const fact = (zh: string, en: string, value: Text | undefined): Fact => ({
  name: { zh, en },
  value: value ?? MISSING,
  missing: value === undefined,
})

const measured = (value: number | undefined, unit: string): Text | undefined =>
  value === undefined ? undefined : plain(`${value} ${unit}`)

const allergies = (text: string | undefined): Text | undefined =>
  text === '' ? { zh: '已询问，无', en: 'asked, none' } : text === undefined ? undefined : plain(text)

const womans = (patient: RxPatient): readonly Fact[] =>
  // Asked only where it can be: not of men, nor where age answers it.
  'value' in pregnancyOf(patient) && patient.geso_val === undefined
    ? []
    : [
        fact(
          '妊娠',
          'Pregnancy',
          patient.geso_val === undefined
            ? undefined
            : patient.geso_val === 0
              ? { zh: '未妊娠', en: 'not pregnant' }
              : { zh: `孕 ${patient.geso_val} 周`, en: `${patient.geso_val} weeks` },
        ),
        fact(
          '哺乳',
          'Breastfeeding',
          patient.suckprd_flag &&
            (patient.suckprd_flag === '1' ? { zh: '是', en: 'yes' } : { zh: '否', en: 'no' }),
        ),
      ]

/** The facts the rules look at. One that was not given says so: it is never the same as "none" or "normal". */
export const factsOf = (patient: RxPatient): readonly Fact[] => [
  fact('性别', 'Sex', patient.gend ? SEX[patient.gend] : undefined),
  fact(
    '年龄',
    'Age',
    patient.patn_age === undefined
      ? undefined
      : { zh: `${patient.patn_age} 岁`, en: `${patient.patn_age} years` },
  ),
  fact('体重', 'Weight', measured(patient.patn_wt, 'kg')),
  fact('过敏史', 'Allergies', allergies(patient.algs_his)),
  fact('肾功能 eGFR', 'eGFR', measured(patient.egfr, 'mL/min/1.73m²')),
  ...womans(patient),
]
