import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Check, Errors } from 'typebox/value'
import { Prescription } from '#domain/prescription.ts'
import { formatShanghai } from '#domain/time.ts'
import { SITES } from '../county/sample.ts'
import { usage } from '../report.ts'

export const EXAMPLE = fileURLToPath(new URL('./prescriptions.example.json', import.meta.url))

const check = (value: unknown, index: number): Prescription => {
  if (!Check(Prescription, value)) {
    const problems = Errors(Prescription, value).map(error => `${error.instancePath || '/'} ${error.message}`)
    throw usage(
      `第 ${index + 1} 张处方有误：${problems.join('；')}`,
      `prescription ${index + 1}: ${problems.join('; ')}`,
      {
        zh: `样例见 ${EXAMPLE}`,
        en: `an example is ${EXAMPLE}`,
      },
    )
  }
  if (SITES.every(({ site }) => site !== value.site))
    throw usage(
      `站点“${value.site}”不在示例县：${SITES.map(({ site }) => site).join('、')}`,
      `unknown site "${value.site}"`,
    )
  return value
}

/** Prescriptions of a file: one or an array. Without `prsc_time` they were issued just now. Errors: E_USAGE. */
export const readPrescriptions = (path: string, now: Date): readonly Prescription[] => {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw usage(
      `无法读取处方文件 ${path}：${cause instanceof Error ? cause.message : ''}`,
      `cannot read ${path} as JSON`,
    )
  }
  const list = Array.isArray(value) ? value : [value]
  if (list.length === 0) throw usage('处方文件是空的', 'the file holds no prescription')
  return list.map((one, index) => check({ prsc_time: formatShanghai(now), ...one }, index))
}
