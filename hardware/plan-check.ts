import { Settings } from 'typebox/system'
import Value from 'typebox/value'
import { type CabinetPlan, cabinetPlanSchema } from './plan-schema.ts'

/** One thing wrong with a plan. `path` is a JSON pointer; `message` Chinese first, then English. */
export type PlanProblem = { readonly path: string; readonly message: string }

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
  anyOf: '不符合任何一种允许的形式',
  type: '类型不对',
  minimum: '数值过小',
  maximum: '数值过大',
  minLength: '不能为空',
  pattern: '格式不对',
}

/** TypeBox stops at 8 errors unless told; a person repairing a plan wants them all. */
const allErrors = (value: unknown): readonly SchemaError[] => {
  const { maxErrors } = Settings.Get()
  Settings.Set({ maxErrors: 1_000 })
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
    const element = /^\/[^/]+\/\d+/.exec(instancePath)?.[0]
    return branch !== undefined && element !== undefined && others.has(key(branch, element))
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

type Claim = { readonly path: string; readonly key: string }

const repeated = (claims: readonly Claim[], zh: string, en: string): readonly PlanProblem[] => {
  const first = new Map<string, string>()
  return claims.flatMap(({ path, key }) => {
    const before = first.get(key)
    if (before === undefined) first.set(key, path)
    return before === undefined
      ? []
      : [{ path, message: `${zh}（与 ${before} 相同）/ ${en} (same as ${before})` }]
  })
}

const uniqueness = ({ lines, drawers, thermometers }: CabinetPlan): readonly PlanProblem[] => {
  const ids = (list: string, of: readonly { readonly id: string }[]): readonly PlanProblem[] =>
    repeated(
      of.map(({ id }, at) => ({ path: `/${list}/${at}/id`, key: id })),
      '编号重复',
      'id used twice',
    )
  const locks = drawers.map(({ lock }, at) => ({
    path: `/drawers/${at}/lock`,
    key: `${lock.line} ${lock.board} ${lock.lock}`,
  }))
  const scales = drawers.map(({ scale }, at) => ({
    path: `/drawers/${at}/scale`,
    key: `${scale.line} ${scale.address}`,
  }))
  return [
    ...ids('lines', lines),
    ...ids('drawers', drawers),
    ...ids('thermometers', thermometers),
    ...repeated(locks, '两个抽屉用同一把锁', 'two drawers on one lock'),
    ...repeated(scales, '两个抽屉用同一台秤', 'two drawers on one scale'),
  ]
}

const references = ({ lines, drawers, thermometers }: CabinetPlan): readonly PlanProblem[] => {
  const known = new Set(lines.map(({ id }) => id))
  const colds = new Set(thermometers.map(({ id }) => id))
  const lockLines = new Set(drawers.map(({ lock }) => lock.line))
  const problem = (wrong: boolean, path: string, message: string): readonly PlanProblem[] =>
    wrong ? [{ path, message }] : []
  return drawers.flatMap(({ lock, scale, cold }, at) => [
    ...problem(!known.has(lock.line), `/drawers/${at}/lock/line`, '没有这条线路 / no such line'),
    ...problem(!known.has(scale.line), `/drawers/${at}/scale/line`, '没有这条线路 / no such line'),
    // Two protocols on one wire would read each other's frames as noise, and might one day read them as orders.
    ...problem(
      lockLines.has(scale.line),
      `/drawers/${at}/scale/line`,
      '锁与秤不能共用线路 / locks and scales cannot share a line',
    ),
    ...problem(
      cold !== undefined && !colds.has(cold),
      `/drawers/${at}/cold`,
      '没有这个温度计 / no such thermometer',
    ),
  ])
}

const limits = ({ thermometers }: CabinetPlan): readonly PlanProblem[] =>
  thermometers.flatMap(({ low, high }, at) =>
    low < high ? [] : [{ path: `/thermometers/${at}`, message: '下限必须低于上限 / low must be below high' }],
  )

export type CheckedPlan =
  | { readonly ok: true; readonly plan: CabinetPlan }
  | { readonly ok: false; readonly problems: readonly PlanProblem[] }

/** Fills in the defaults and reports every problem at once. Cross checks run when the shape is right. */
export const checkPlan = (value: unknown): CheckedPlan => {
  const filled: unknown = Value.Default(cabinetPlanSchema, structuredClone(value))
  if (!Value.Check(cabinetPlanSchema, filled)) return { ok: false, problems: schemaProblems(filled) }
  const problems = [...uniqueness(filled), ...references(filled), ...limits(filled)]
  return problems.length === 0 ? { ok: true, plan: filled } : { ok: false, problems }
}
