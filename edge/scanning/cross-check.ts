/** Packs of one step by scale and by scanner. `required`: the formulary wants every pack of this item scanned. */
export type Counts = {
  /** null: the scale cannot say. */
  readonly weighed: number | null
  readonly scanned: number
  readonly required: boolean
}

/**
 * Do scale and scanner tell the same (RULES.md: whole packs are scanned, a same-weight swap is invisible to a scale)? Nothing
 * scanned where nothing need be is no contradiction. E_SCAN_COUNT: a person looks, neither of the two is believed alone.
 */
export const crossCheck = ({ weighed, scanned, required }: Counts): 'E_SCAN_COUNT' | undefined => {
  if (weighed === null || (scanned === 0 && !required)) return undefined
  return scanned === weighed ? undefined : 'E_SCAN_COUNT'
}
