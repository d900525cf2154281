/** The alarms the centre raises of its own: no site's journal reaches one. None is of `domain/alarms/kinds.ts`. */
export const CENTRE_KINDS = [
  'verdict-differs',
  'journal-chain',
  'journal-closing',
  'site-key',
  'closing-missing',
] as const
export type CentreKind = (typeof CENTRE_KINDS)[number]

export const isCentreKind = (kind: string): kind is CentreKind => CENTRE_KINDS.some(one => one === kind)

/**
 * What was found stays found: no later event ends one of these. A person's word that it was looked into does
 * (`cleared_at` = `acknowledged_at`). The others end when their cause is gone.
 */
const FINDINGS: readonly CentreKind[] = ['verdict-differs', 'journal-closing', 'site-key']

export const isFinding = (kind: string): boolean => FINDINGS.some(one => one === kind)
