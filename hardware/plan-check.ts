import { Settings } from 'typebox/system'
import Value from 'typebox/value'
import { crossProblems } from './plan-cross-check.ts'
import type { PlanProblem } from './plan-problem.ts'
import { type CabinetPlan, cabinetPlanSchema } from './plan-schema.ts'

type SchemaError = {
  readonly keyword: string
  readonly schemaPath: string
  readonly instancePath: string
  readonly message: string
}

const CHINESE: Readonly<Record<string, string>> = {
  required: '缺少字段',
  additionalProperties: '有未知字段',
  const: '取值不允许',
  enum: '取值不允许',
  anyOf: '不符合任何一种允许的形式',
  type: '类型不对',
  minimum: '数值过小',
  maximum: '数值过大',
  exclusiveMinimum: '数值过小',
  minLength: '不能为空',
  maxLength: '太长',
  pattern: '格式不对',
}

/** TypeBox stops at 8 errors unless told; a person repairing a plan wants them all. */
const allErrors = (value: unknown): readonly SchemaError[] => {
  const { maxErrors } = Settings.Get()
  Settings.Set({ maxErrors: 10_000 })
  try {
    return Value.Errors(cabinetPlanSchema, value)
  } finally {
    Settings.Set({ maxErrors })
  }
}

const branchOf = (schemaPath: string): string | undefined => /^.*\/anyOf\/\d+/.exec(schemaPath)?.[0]

/** A value that says `type: tcp` wants to hear what is wrong as tcp, not also why it is no serial line. */
const isOtherBranch = (errors: readonly SchemaError[]) => {
  const key = (branch: string, instance: string): string => `${branch} ${instance}`
  const others = new Set(
    errors.flatMap(({ keyword, schemaPath, instancePath }) => {
      const branch = branchOf(schemaPath)
      const discriminator = /^(.*)\/(type|driver)$/.exec(instancePath)?.[1]
      return keyword === 'const' && branch !== undefined && discriminator !== undefined
        ? [key(branch, discriminator)]
        : []
    }),
  )
  return ({ schemaPath, instancePath }: SchemaError): boolean => {
    const branch = branchOf(schemaPath)
    if (branch === undefined) return false
    const parts = instancePath.split('/')
    return parts.some((_, at) => others.has(key(branch, parts.slice(0, at + 1).join('/'))))
  }
}

const schemaProblems = (value: unknown): readonly PlanProblem[] => {
  const errors = allErrors(value)
  const foreign = isOtherBranch(errors)
  const own = errors.filter(error => !foreign(error))
  // 'anyOf' only repeats what its one fitting branch has said; it stays where no branch fits.
  const explained = new Set(
    own.flatMap(({ schemaPath, instancePath }) => (branchOf(schemaPath) ? [instancePath] : [])),
  )
  const isRepeat = ({ keyword, instancePath }: SchemaError): boolean =>
    (keyword === 'anyOf' &&
      [...explained].some(path => path === instancePath || path.startsWith(`${instancePath}/`))) ||
    // Follows every 'additionalProperties', which names the field better.
    keyword === 'boolean'
  return own
    .filter(error => !isRepeat(error))
    .map(({ keyword, instancePath, message }) => ({
      path: instancePath === '' ? '/' : instancePath,
      message: `${CHINESE[keyword] ?? '不合规'} / ${message}`,
    }))
}

export type CheckedPlan =
  | { readonly ok: true; readonly plan: CabinetPlan }
  | { readonly ok: false; readonly problems: readonly PlanProblem[] }

/** Fills in the defaults and reports every problem at once. Cross checks run when the shape is right. */
export const checkPlan = (value: unknown): CheckedPlan => {
  const filled: unknown = Value.Default(cabinetPlanSchema, structuredClone(value))
  if (!Value.Check(cabinetPlanSchema, filled)) return { ok: false, problems: schemaProblems(filled) }
  const problems = crossProblems(filled)
  return problems.length === 0 ? { ok: true, plan: filled } : { ok: false, problems }
}
