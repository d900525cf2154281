/** Drawers of the standard cabinet, four by four. */
const STANDARD = 16

/** Ids of the drawers to draw, in order: those known by their goods, filled up to the standard cabinet (D01 … D16). */
export const drawerMap = (known: readonly string[]): readonly string[] => {
  const [, prefix = '', digits = ''] = /^(.*?)(\d+)$/.exec(known[0] ?? '') ?? []
  const standard = Array.from(
    { length: digits === '' ? 0 : STANDARD },
    (_, index) => prefix + String(index + 1).padStart(digits.length, '0'),
  )
  return [...new Set([...standard, ...known])].sort()
}
