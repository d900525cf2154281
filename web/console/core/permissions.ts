import type { CentralRole } from '#cloud-sync/contract/central-api.ts'
import type { Page } from './router.ts'

const PHARMACY = ['reviewer', 'chief', 'clerk', 'supervisor'] as const

/** What the page offers to whom. The centre decides again: hiding a button is a courtesy, not a lock. */
const MAY = {
  post: ['prescriber', 'reviewer', 'chief', 'clerk'],
  prescriptions: ['prescriber', ...PHARMACY],
  decide: ['reviewer', 'chief'],
  reconciliations: PHARMACY,
  explain: ['reviewer', 'chief', 'clerk'],
  close: ['reviewer', 'chief'],
  acknowledge: ['reviewer', 'chief'],
  match: ['reviewer', 'chief'],
  goods: PHARMACY,
  send: ['chief', 'clerk'],
  lists: ['chief'],
} as const satisfies Record<string, readonly CentralRole[]>
export type Permission = keyof typeof MAY

export const may = (role: CentralRole | undefined, permission: Permission): boolean =>
  (MAY[permission] as readonly CentralRole[]).some(allowed => allowed === role)

/** A page without an entry is open to everybody who may log in. */
const NEEDED: Partial<Readonly<Record<Page, Permission>>> = {
  review: 'prescriptions',
  entry: 'post',
  reconcile: 'reconciliations',
  cases: 'reconciliations',
  overrides: 'reconciliations',
  shipments: 'goods',
  recalls: 'goods',
  lists: 'goods',
}

export const mayOpen = (role: CentralRole | undefined, page: Page): boolean => {
  const needed = NEEDED[page]
  return needed === undefined || may(role, needed)
}
