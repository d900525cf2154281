import { type CheckedPlan, checkPlan } from './plan-check.ts'
import type { PlanProblem } from './plan-problem.ts'

const SPACE = /[ \t\n\r]*/y
const QUOTED = /"(?:[^"\\]|\\.)*"/sy
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y
/** No plan is deeper than six; a file that is must not exhaust the stack. */
const DEEPEST = 100

const isString = (quoted: string): boolean => {
  try {
    JSON.parse(quoted)
    return true
  } catch {
    return false
  }
}

export type ScannedJson = {
  readonly ok: boolean
  /** Offset where the text stops being JSON. */
  readonly at: number
  /** JSON pointers of the keys that stand twice in one object, of which JSON.parse silently takes the last. */
  readonly repeated: readonly string[]
}

/** Finds the place of a fault, which the messages of JSON.parse do not always tell. */
export const scanJson = (text: string): ScannedJson => {
  const repeated: string[] = []
  let at = 0

  const take = (token: RegExp): string | undefined => {
    token.lastIndex = at
    const found = token.exec(text)?.[0]
    at += found?.length ?? 0
    return found
  }
  const string = (): string | undefined => {
    const start = at
    const quoted = take(QUOTED)
    if (quoted !== undefined && isString(quoted)) return quoted
    at = start
    return undefined
  }
  const sign = (char: string): boolean => {
    take(SPACE)
    if (text[at] !== char) return false
    at += 1
    return true
  }
  const list = (end: string, item: (index: number) => boolean): boolean => {
    if (sign(end)) return true
    for (let index = 0; item(index); index++) {
      if (sign(end)) return true
      if (!sign(',')) return false
    }
    return false
  }
  const value = (path: string, depth: number): boolean => {
    if (depth > DEEPEST) return false
    if (sign('[')) return list(']', index => value(`${path}/${index}`, depth + 1))
    if (!sign('{')) return (string() ?? take(SCALAR)) !== undefined
    const keys = new Set<string>()
    return list('}', () => {
      take(SPACE)
      const quoted = string()
      if (quoted === undefined) return false
      const key = String(JSON.parse(quoted))
      const own = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
      if (keys.has(key)) repeated.push(own)
      keys.add(key)
      return sign(':') && value(own, depth + 1)
    })
  }

  const whole = value('', 0)
  take(SPACE)
  return { ok: whole && at === text.length, at, repeated }
}

/** Line and column, both from 1. */
const placeOf = (text: string, at: number): { readonly line: number; readonly column: number } => {
  const before = text.slice(0, at).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

const notJson = (text: string, at: number): PlanProblem => {
  const { line, column } = placeOf(text, at)
  const [zh, en] = text.trim() === '' ? ['文件是空的', 'the file is empty'] : ['不是 JSON', 'not JSON']
  const message = `第 ${line} 行第 ${column} 列：${zh} / line ${line} column ${column}: ${en}`
  return { path: '/', message, line, column }
}

/** The text of a plan: every problem at once, or the place where it is no JSON. */
export const checkPlanText = (text: string): CheckedPlan => {
  // Editors on Windows put a mark before the first character.
  const json = text.replace(/^\u{feff}/u, '')
  const { ok, at, repeated } = scanJson(json)
  if (!ok) return { ok: false, problems: [notJson(json, at)] }
  const checked = checkPlan(JSON.parse(json))
  if (repeated.length === 0) return checked
  const twice = repeated.map(path => ({ path, message: '字段写了两次 / this field stands twice' }))
  return { ok: false, problems: [...(checked.ok ? [] : checked.problems), ...twice] }
}
