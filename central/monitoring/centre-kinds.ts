/** The alarms the centre raises of its own: a site that is the cause of one does not acknowledge it. None is of `domain/alarms/kinds.ts`. */
export const CENTRE_KINDS = ['verdict-differs', 'journal-chain', 'journal-closing', 'site-key'] as const
export type CentreKind = (typeof CENTRE_KINDS)[number]

export const isCentreKind = (kind: string): kind is CentreKind => CENTRE_KINDS.some(one => one === kind)
