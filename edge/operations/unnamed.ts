import { YaoguiError } from '#domain/error.ts'
import { isUnnamed, UNNAMED_EXPIRY, UNNAMED_LOT } from '#domain/unnamed-lot.ts'
import { lineWith, type PlanParts } from './plan-parts.ts'
import type { Figure, Line, Operation } from './state.ts'

const drugUnknown = (drug: string): YaoguiError =>
  new YaoguiError('E_DRUG_UNKNOWN', {
    zh: `用药目录中没有 ${drug}`,
    en: `the formulary has no ${drug}`,
    wayOut: {
      zh: '不在目录内的物品请取出另放，并报告中心药房',
      en: 'take out what is not listed and tell the centre',
    },
  })

/** Lines for what a count found and nobody can read the lot of: the ledger has none of it. Errors: E_DRUG_UNKNOWN. */
export const foundIn = (parts: PlanParts, op: Operation, figures: readonly Figure[]): readonly Line[] => {
  if (op.kind !== 'count') return []
  const known = new Set(op.lines.flatMap(({ drug, lot }) => (isUnnamed(lot) ? [drug] : [])))
  const drugs = figures.flatMap(({ drug, lot }) => (isUnnamed(lot) && !known.has(drug) ? [drug] : []))
  return [...new Set(drugs)].map(drug => {
    if (!parts.stock.knows(drug)) throw drugUnknown(drug)
    const { drawer } = op
    const line = lineWith(parts, { drug, lot: UNNAMED_LOT, expiry: UNNAMED_EXPIRY, drawer, promised: 0 })
    // Packs of unknown lots may weigh one thing each.
    return { ...line, pack: null }
  })
}

export const withFound = (op: Operation, found: readonly Line[]): Operation =>
  found.length === 0 ? op : { ...op, lines: [...op.lines, ...found] }
