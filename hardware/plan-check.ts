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
  readonly params: object
}

const CHINESE: Readonly<Record<string, string>> = {
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

/** What TypeBox names along with an error: one thing or several. */
const listIn = (params: object, name: string): readonly unknown[] =>
  [(params as Readonly<Record<string, unknown>>)[name] ?? []].flat()

type Tree = { readonly [key: string]: Tree | undefined }

/** TypeBox fills in no defaults where something else of the same kind is wrong: such a field is not what a person forgot. */
const hasDefault = (schemaPath: string, field: string): boolean => {
  const keys = [...schemaPath.split('/').slice(1), 'properties', field]
  const found = keys.reduce(
    (tree: Tree | undefined, key) => tree?.[key],
    cabinetPlanSchema as unknown as Tree,
  )
  return found?.default !== undefined
}

const forgotten = ({ schemaPath, params }: SchemaError): readonly unknown[] =>
  listIn(params, 'requiredProperties').filter(name => !hasDefault(schemaPath, String(name)))

const branchOf = (schemaPath: string): string | undefined => /^.*\/anyOf\/\d+/.exec(schemaPath)?.[0]

type Kind = { readonly of: string; readonly name: string; readonly allowed: readonly unknown[] }

/** Of an error that says of which kind a value is not, or that it does not say its kind: the value's path, and how it should. */
const kindOf = ({ keyword, instancePath, params }: SchemaError): Kind | undefined => {
  if (keyword === 'required') {
    const name = listIn(params, 'requiredProperties').find(each => each === 'type' || each === 'driver')
    return name === undefined ? undefined : { of: instancePath, name: String(name), allowed: [] }
  }
  const [, of, name] = /^(.*)\/(type|driver)$/.exec(instancePath) ?? []
  return keyword === 'const' && of !== undefined && name !== undefined
    ? { of, name, allowed: listIn(params, 'allowedValue') }
    : undefined
}

/** A value that says `type: tcp` wants to hear what is wrong as tcp, not also why it is no serial line. */
const isOtherBranch = (errors: readonly SchemaError[]) => {
  const key = (branch: string, instance: string): string => `${branch} ${instance}`
  const others = new Set(
    errors.flatMap(error => {
      const branch = branchOf(error.schemaPath)
      const kind = kindOf(error)
      return branch === undefined || kind === undefined ? [] : [key(branch, kind.of)]
    }),
  )
  return ({ schemaPath, instancePath }: SchemaError): boolean => {
    const branch = branchOf(schemaPath)
    if (branch === undefined) return false
    const parts = instancePath.split('/')
    return parts.some((_, at) => others.has(key(branch, parts.slice(0, at + 1).join('/'))))
  }
}

const isOneOf = (path: string, values: readonly unknown[]): PlanProblem => {
  const list = [...new Set(values)].join('、')
  return { path, message: `取值不允许，可选：${list} / must be one of ${list.replaceAll('、', ', ')}` }
}

const problemOf = (error: SchemaError, all: readonly SchemaError[]) => {
  const { keyword, instancePath, message, params } = error
  const path = instancePath === '' ? '/' : instancePath
  const unknown = listIn(params, 'additionalProperties').join(', ')
  const missing = forgotten(error).join(', ')
  switch (keyword) {
    case 'additionalProperties':
      return { path, message: `有未知字段：${unknown} / unknown field: ${unknown}` }
    case 'required':
      return { path, message: `缺少字段：${missing} / missing field: ${missing}` }
    case 'enum':
      return isOneOf(path, listIn(params, 'allowedValues'))
    case 'const': {
      const here = all.filter(each => each.keyword === 'const' && each.instancePath === instancePath)
      return isOneOf(
        path,
        here.flatMap(each => listIn(each.params, 'allowedValue')),
      )
    }
    default:
      return { path, message: `${CHINESE[keyword] ?? '不合规'} / ${message}` }
  }
}

/** A value of no known kind is told the kinds. */
const noBranch = (error: SchemaError, all: readonly SchemaError[]): PlanProblem => {
  const kinds = all.flatMap(each => {
    const kind = kindOf(each)
    return kind?.of === error.instancePath ? [kind] : []
  })
  const [{ name } = { name: '' }] = kinds
  const allowed = kinds.flatMap(each => each.allowed)
  if (allowed.length > 0) return isOneOf(`${error.instancePath}/${name}`, allowed)
  return name === ''
    ? problemOf(error, all)
    : { path: error.instancePath, message: `缺少字段：${name} / missing field: ${name}` }
}

const schemaProblems = (value: unknown): readonly PlanProblem[] => {
  const errors = allErrors(value)
  const foreign = isOtherBranch(errors)
  const own = errors.filter(error => !foreign(error))
  // 'anyOf' only repeats what its one fitting branch has said; it stays where no branch fits.
  const explained = new Set(
    own.flatMap(({ schemaPath, instancePath }) => (branchOf(schemaPath) ? [instancePath] : [])),
  )
  const isRepeat = (error: SchemaError): boolean => {
    const { keyword, instancePath } = error
    if (keyword === 'required') return forgotten(error).length === 0
    const repeats = [...explained].some(path => path === instancePath || path.startsWith(`${instancePath}/`))
    // 'boolean' follows every 'additionalProperties', which names the field better.
    return keyword === 'boolean' || (keyword === 'anyOf' && repeats)
  }
  const told = own
    .filter(error => !isRepeat(error))
    .map(error => (error.keyword === 'anyOf' ? noBranch(error, errors) : problemOf(error, own)))
  // Several branches may say the same.
  return [...new Map(told.map(each => [`${each.path} ${each.message}`, each])).values()]
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
