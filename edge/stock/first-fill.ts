import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { Check } from 'typebox/value'
import { YaoguiError } from '#domain/error.ts'
import { problemsIn } from '../problems.ts'
import type { Stock } from './stock.ts'

const FILE = 'first-fill.json'

const FirstFill = Type.Object({
  actor: Type.String({ minLength: 1 }),
  lots: Type.Array(
    Type.Object({
      drug: Type.String({ minLength: 1 }),
      lot: Type.String({ minLength: 1 }),
      expiry: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
      drawer: Type.String({ minLength: 1 }),
      quantity: Type.Integer({ minimum: 0, maximum: 999 }),
      packGrams: Type.Number({ exclusiveMinimum: 0 }),
      packCv: Type.Number({ minimum: 0, maximum: 1 }),
      reference: Type.Optional(Type.Integer({ minimum: 1, maximum: 999 })),
    }),
  ),
})
export type FirstFill = Static<typeof FirstFill>

const invalid = (path: string, problems: readonly string[]): YaoguiError =>
  new YaoguiError('E_FIRST_FILL', {
    zh: `首次装药清单 ${path} 有误：${problems.join('；')}`,
    en: `${path}: ${problems.join('; ')}`,
    wayOut: { zh: '请逐条改正后重新启动', en: 'mend each of them and start again' },
  })

/** A new cabinet's first filling, counted into the journal once; a cabinet that has stock never reads it. Errors: E_FIRST_FILL. */
export const fillFirst = (stock: Stock, dataDir: string): void => {
  const path = join(dataDir, FILE)
  if (stock.lots().length > 0 || !existsSync(path)) return
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw invalid(path, [cause instanceof Error ? cause.message : String(cause)])
  }
  if (!Check(FirstFill, value)) throw invalid(path, problemsIn(FirstFill, value))
  stock.count(value.actor, value.lots)
}
