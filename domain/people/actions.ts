/**
 * pharmacist 药师 · lead 药房负责人 (a pharmacist who also answers for the others) · assistant 药房工作人员 (witnesses,
 * helps to restock) · technician 技术员.
 */
export const ROLES = ['pharmacist', 'lead', 'assistant', 'technician'] as const
export type Role = (typeof ROLES)[number]

/** Everything a person may do at a kiosk that not everybody may. */
export const ACTIONS = [
  'withdraw',
  'override',
  'break-glass',
  'restock',
  'count',
  'return',
  'return-check',
  /** Ends a return whose packs were never found again. */
  'return-lost',
  'waste',
  /** Signs as the second person. */
  'witness',
  'quarantine',
  'release-lot',
  'drawer-service',
  'downtime',
  'case-explain',
  'case-close',
  /** Ends a case that nobody can explain. */
  'case-unresolvable',
  /** Closes an override by hand: the centre has not matched it. */
  'override-match',
  /** Of somebody who is logged in: the lead's alone (`take-over-present`). */
  'take-over',
  'take-over-present',
  'unlock-person',
  'badge',
  'acknowledge',
  'test-alarm',
  'wire-log',
] as const
export type Action = (typeof ACTIONS)[number]

/** What each role may do: the one table. A lead may all that a pharmacist may. */
const PHARMACIST = [
  'withdraw',
  'override',
  'break-glass',
  'restock',
  'count',
  'return',
  'return-check',
  'waste',
  'witness',
  'quarantine',
  'release-lot',
  'downtime',
  'case-explain',
  'case-close',
  'take-over',
  'unlock-person',
  'acknowledge',
  'test-alarm',
] as const satisfies readonly Action[]

export const MAY: Readonly<Record<Role, readonly Action[]>> = {
  pharmacist: PHARMACIST,
  lead: [
    ...PHARMACIST,
    'return-lost',
    'case-unresolvable',
    'override-match',
    'take-over-present',
    'badge',
    'drawer-service',
  ],
  assistant: ['witness', 'restock', 'count', 'case-explain', 'acknowledge'],
  technician: ['witness', 'drawer-service', 'downtime', 'acknowledge', 'test-alarm', 'wire-log'],
}

/** Acts of the pharmacist's profession: they end with the person's competency. */
const PROFESSIONAL: readonly Action[] = [
  'withdraw',
  'override',
  'break-glass',
  'return-check',
  'return-lost',
  'waste',
  'release-lot',
  'case-close',
  'case-unresolvable',
  'override-match',
]

/**
 * May somebody of this role do this on `today` (`YYYY-MM-DD`)? `competentUntil`: last day of the person's licence or
 * yearly training, null = not limited.
 */
export const may = (
  { role, competentUntil }: { readonly role: Role; readonly competentUntil: string | null },
  action: Action,
  today: string,
): boolean =>
  MAY[role].includes(action) &&
  (competentUntil === null || competentUntil >= today || !PROFESSIONAL.includes(action))
