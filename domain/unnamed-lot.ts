/**
 * What a count finds and nobody can read the lot of (批号不明): it is on the books, quarantined, and never picked. As its last
 * usable day stands one long past, so that whoever forgets the name is held back by the date.
 */
export const UNNAMED_LOT = '批号不明'
export const UNNAMED_EXPIRY = '1970-01-01'

export const isUnnamed = (lot: string): boolean => lot === UNNAMED_LOT
