import { cabinetPlanSchema } from './plan-schema.ts'

type Schema = {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly description?: string
  readonly unit?: string
  readonly default?: unknown
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  /** In place of the pattern, for people. */
  readonly shown?: string
}

export type PlanField = {
  /** As a person writes it: `drawers[].lock.board`. */
  readonly field: string
  /** The drivers or kinds of line that have it; none: all of them. */
  readonly of: readonly string[]
  readonly meaning: string
  readonly unit: string
  readonly default: string
  readonly limits: string
  readonly required: boolean
}

const code = (value: unknown): string => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``

const limitsOf = (schema: Schema): string => {
  const { type, minimum, exclusiveMinimum, maximum, maxLength, pattern, anyOf, enum: values, shown } = schema
  if (shown !== undefined) return shown
  if ('const' in schema) return code(schema.const)
  const choices = values ?? anyOf?.map(each => each.const)
  if (choices) return choices.map(code).join(' ')
  if (pattern !== undefined) return code(pattern)
  if (exclusiveMinimum !== undefined) return `> ${exclusiveMinimum}`
  if (minimum !== undefined && maximum !== undefined) return `${minimum} … ${maximum}`
  if (maxLength !== undefined) return `1 … ${maxLength} 字 / characters`
  return type === 'boolean' ? '`true` `false`' : ''
}

const leaf = (field: string, schema: Schema, required: boolean, of: readonly string[]): PlanField => ({
  field,
  of,
  meaning: schema.description ?? '',
  unit: schema.unit ?? '',
  default: schema.default === undefined ? '' : code(schema.default),
  limits: limitsOf(schema),
  required,
})

const nameOf = ({ properties }: Schema): string =>
  String(properties?.driver?.const ?? properties?.type?.const ?? '')

const fieldsOf = (
  path: string,
  schema: Schema,
  required: boolean,
  of: readonly string[],
): readonly PlanField[] => {
  const { items, properties, anyOf } = schema
  if (items) return fieldsOf(`${path}[]`, items, required, of)
  const branches = anyOf?.filter(each => each.properties)
  if (branches?.length) return branches.flatMap(each => fieldsOf(path, each, required, [nameOf(each)]))
  if (properties === undefined) return [leaf(path, schema, required, of)]
  return Object.entries(properties).flatMap(([key, each]) =>
    fieldsOf(path === '' ? key : `${path}.${key}`, each, schema.required?.includes(key) ?? false, of),
  )
}

/** What tells the drivers of a union apart stands once, with all its values. */
const isKind = ({ field, of }: PlanField): boolean => of.length > 0 && /\.(driver|type)$/.test(field)

/** Fields that several drivers have in common stand once, with the names of those drivers. */
const merged = (fields: readonly PlanField[]): readonly PlanField[] => {
  const byText = new Map<string, PlanField>()
  for (const each of fields) {
    const { of, limits, ...rest } = each
    const key = JSON.stringify(isKind(each) ? rest : { ...rest, limits })
    const before = byText.get(key)
    const kinds = new Set([...(before?.limits.split(' ') ?? []), limits])
    const joined = isKind(each) ? [...kinds].join(' ') : limits
    byText.set(key, { ...each, limits: joined, of: [...(before?.of ?? []), ...of] })
  }
  return [...byText.values()]
}

/** Drivers of one union, so that what all of them have needs no names. */
const kindsAt =
  (fields: readonly PlanField[]) =>
  (field: string): ReadonlySet<string> => {
    const parent = field.slice(0, field.lastIndexOf('.'))
    return new Set(fields.filter(each => each.field.startsWith(`${parent}.`)).flatMap(({ of }) => of))
  }

/** Every field of a cabinet plan, out of its schema. */
export const planFields = (): readonly PlanField[] => {
  // The schema is JSON; its TypeScript type is about the plans, not about itself.
  const all = fieldsOf('', cabinetPlanSchema as unknown as Schema, true, [])
  const kinds = kindsAt(all)
  return merged(all).map(each => (each.of.length === kinds(each.field).size ? { ...each, of: [] } : each))
}

const cell = (text: string): string => text.replaceAll('|', '\\|')

/** The fields as a table in Markdown: `*` marks what must be there. */
export const fieldTable = (): string =>
  [
    '| 字段 field | 含义 meaning | 单位 unit | 默认 default | 取值 values |',
    '|---|---|---|---|---|',
    ...planFields().map(({ field, of, meaning, unit, default: preset, limits, required }) => {
      const name = `\`${field}\`${required && preset === '' ? ' *' : ''}`
      const kinds = of.length === 0 ? '' : ` (${of.join(', ')})`
      return `| ${[`${name}${kinds}`, meaning, unit, preset, limits].map(cell).join(' | ')} |`
    }),
  ].join('\n')
