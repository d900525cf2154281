import type { AuthorisedItem } from './authorisation/claims.ts'
import type { CountedItem, WithdrawalOutcome } from './journal/events.ts'

/**
 * 相符 matched · 差异 discrepancy · 部分 partial · 已取消 abandoned: ended with nothing taken, the authorisation stays
 * good · 无单 unordered: a withdrawal that no audited order explains.
 */
export type Verdict = 'matched' | 'discrepancy' | 'partial' | 'abandoned' | 'unordered'

export type ItemDifference = {
  readonly drug: string
  readonly ordered: number
  readonly taken: number | null
}

export type Reconciliation = { readonly verdict: Verdict; readonly differences: readonly ItemDifference[] }

/** Did packs of anything, or something the scale does not know, leave the cabinet or enter it? */
export const tookSomething = (items: readonly CountedItem[]): boolean =>
  items.some(({ taken }) => taken !== 0)

const takenOf = (items: readonly CountedItem[]): ReadonlyMap<string, number | null> => {
  const taken = new Map<string, number | null>()
  for (const { drug, taken: units } of items) {
    const before = taken.get(drug)
    taken.set(drug, units === null || before === null ? null : (before ?? 0) + units)
  }
  return taken
}

/**
 * Holds a completed withdrawal against the order that was signed (对账). The centre trusts the figures, not the
 * site's own verdict: `partial` only if less was taken and the person said so, `abandoned` only if nothing was;
 * anything else that differs is a case.
 */
export const reconcile = (
  ordered: readonly AuthorisedItem[] | undefined,
  { items, outcome }: { readonly items: readonly CountedItem[]; readonly outcome: WithdrawalOutcome },
): Reconciliation => {
  if (ordered && outcome === 'abandoned' && !tookSomething(items))
    return { verdict: 'abandoned', differences: [] }
  const taken = takenOf(items)
  const want = new Map<string, number>()
  for (const { drug, quantity } of ordered ?? []) want.set(drug, (want.get(drug) ?? 0) + quantity)
  const differences = [...new Set([...want.keys(), ...taken.keys()])]
    .map(drug => ({
      drug,
      ordered: want.get(drug) ?? 0,
      taken: taken.has(drug) ? (taken.get(drug) ?? null) : 0,
    }))
    .filter(({ ordered: asked, taken: got }) => asked !== got)
  if (!ordered) return { verdict: 'unordered', differences }
  if (differences.length === 0) return { verdict: 'matched', differences }
  const onlyLess = differences.every(
    ({ ordered: asked, taken: got }) => got !== null && got >= 0 && got < asked,
  )
  return { verdict: onlyLess && outcome === 'partial' ? 'partial' : 'discrepancy', differences }
}
