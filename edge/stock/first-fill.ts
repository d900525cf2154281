import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { Check, Errors } from 'typebox/value'
import { YaoguiError } from '#domain/error.ts'
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
    }),
  ),
})
export type FirstFill = Static<typeof FirstFill>

/** A new cabinet's first filling, counted into the journal once; a cabinet that has stock never reads it. Errors: E_FIRST_FILL. */
export const fillFirst = (stock: Stock, dataDir: string): void => {
  const path = join(dataDir, FILE)
  if (stock.lots().length > 0 || !existsSync(path)) return
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
  if (!Check(FirstFill, value)) {
    const problems = Errors(FirstFill, value).map(error => `${error.instancePath} ${error.message}`)
    throw new YaoguiError('E_FIRST_FILL', {
      zh: `首次装药清单 ${path} 有误：${problems.join('；')}`,
      en: `${path}: ${problems.join('; ')}`,
    })
  }
  for (const lot of value.lots) stock.count(value.actor, { ...lot, status: 'available' })
}
