import { GS } from './gs1.ts'

/** Fields that qualify a GTIN in the path of a GS1 Digital Link URI: variant, lot, serial. */
const QUALIFIER = /^(?:22|10|21)$/
const IDENTIFIER = /^\d{2,4}$/

const decoded = (part: string): string | undefined => {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}

/** `/01/<gtin>/10/<lot>/21/<serial>` at the end of a path, whatever stands before. */
const pathFields = (path: readonly string[]): readonly (readonly [string, string])[] | undefined => {
  const at = path.findIndex((part, index) => part === '01' && /^\d{8,14}$/.test(path[index + 1] ?? ''))
  if (at < 0) return undefined
  const [, gtin = '', ...rest] = path.slice(at)
  const fields: (readonly [string, string])[] = [['01', gtin.padStart(14, '0')]]
  for (let index = 0; index < rest.length; index += 2) {
    const [ai = '', value = ''] = [rest[index], rest[index + 1]]
    if (!QUALIFIER.test(ai) || value === '') return undefined
    fields.push([ai, value])
  }
  return fields
}

/**
 * A GS1 Digital Link URI (GS1 Digital Link: URI Syntax) as an element string, or undefined where the text is none.
 * Whether its fields hold is for `parseGs1`; parameters that are no fields (campaigns, languages) are passed over.
 */
export const linkElements = (text: string): string | undefined => {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined
  const { pathname, searchParams } = new URL(text)
  const parts = pathname.split('/').filter(Boolean).map(decoded)
  const path = parts.filter(part => part !== undefined)
  const fields = path.length === parts.length ? pathFields(path) : undefined
  if (fields === undefined) return undefined
  const more = [...searchParams].filter(([name]) => IDENTIFIER.test(name))
  return [...fields, ...more].map(field => field.join('')).join(GS)
}
