/** What is wrong with an export, `line` counting from 1. The same text always fails in the same way. */
export class FridgeTagError extends Error {
  readonly kind = 'permanent'
  readonly code: FridgeTagErrorCode
  readonly line: number

  constructor(code: FridgeTagErrorCode, line: number, message: string) {
    super(`第 ${line} 行 / line ${line}: ${message}`)
    this.name = 'FridgeTagError'
    this.code = code
    this.line = line
  }
}

/**
 * FORMAT: not a Fridge-tag export, or laid out differently. UNIT: not in °C. FIELD: a field is missing.
 * VALUE: a field cannot be read. READING: a data row cannot be read. TRUNCATED: the file ends before its signature.
 */
export type FridgeTagErrorCode =
  | 'E_FRIDGE_TAG_FORMAT'
  | 'E_FRIDGE_TAG_UNIT'
  | 'E_FRIDGE_TAG_FIELD'
  | 'E_FRIDGE_TAG_VALUE'
  | 'E_FRIDGE_TAG_READING'
  | 'E_FRIDGE_TAG_TRUNCATED'

/** One line of the heading (`key: value, key: value`) with the deeper indented lines below it. */
export interface HeadNode {
  readonly line: number
  readonly fields: ReadonlyMap<string, string>
  readonly children: readonly HeadNode[]
}

interface OpenNode extends HeadNode {
  readonly children: OpenNode[]
}

const fieldsOf = (text: string, line: number): ReadonlyMap<string, string> => {
  const fields = new Map<string, string>()
  for (const part of text.trim().split(/, (?=[^,:]+: )/)) {
    const colon = part.indexOf(':')
    if (colon < 1) throw new FridgeTagError('E_FRIDGE_TAG_FORMAT', line, '不是 key: value / not a key: value')
    fields.set(part.slice(0, colon), part.slice(colon + 1).trim())
  }
  return fields
}

/** The heading as a tree, by indentation. `lines` start at line 1 of the file. */
export const parseHead = (lines: readonly string[]): HeadNode => {
  const top: OpenNode = { line: 1, fields: new Map(), children: [] }
  const open = [{ indent: -1, node: top }]
  for (const [index, text] of lines.entries()) {
    if (text.trim() === '') continue
    const indent = text.length - text.trimStart().length
    while ((open.at(-1)?.indent ?? -1) >= indent) open.pop()
    const node: OpenNode = { line: index + 1, fields: fieldsOf(text, index + 1), children: [] }
    const parent = open.at(-1)?.node ?? top
    parent.children.push(node)
    open.push({ indent, node })
  }
  return top
}

/** The line below `node` that carries the field `key`. */
export const child = (node: HeadNode, key: string): HeadNode => {
  const found = node.children.find(each => each.fields.has(key))
  if (!found) throw new FridgeTagError('E_FRIDGE_TAG_FIELD', node.line, `缺少 / missing “${key}”`)
  return found
}

/** The field `key` of a line below `node`, as text. */
export const text = (node: HeadNode, key: string): string => child(node, key).fields.get(key) ?? ''

/** The field `key` of a line below `node`, as a number. */
export const number = (node: HeadNode, key: string): number => {
  const found = child(node, key)
  const value = found.fields.get(key) ?? ''
  if (!/^[+-]?\d+(\.\d+)?$/.test(value)) {
    throw new FridgeTagError(
      'E_FRIDGE_TAG_VALUE',
      found.line,
      `${key}: “${value}” 不是数字 / is not a number`,
    )
  }
  return Number(value)
}
