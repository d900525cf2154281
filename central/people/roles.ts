import type { CentralRole } from '#cloud-sync/contract/central-api.ts'

const EVERYBODY: readonly CentralRole[] = [
  'prescriber',
  'reviewer',
  'chief',
  'clerk',
  'technician',
  'supervisor',
  'system',
]
const PEOPLE = EVERYBODY.filter(role => role !== 'system')

/** Who may do what, in one place. A technician keeps machines running and sees no patient. */
export const PERMISSIONS = {
  'prescription.post': ['prescriber', 'reviewer', 'chief', 'clerk', 'system'],
  'prescription.read': ['prescriber', 'reviewer', 'chief', 'clerk', 'supervisor', 'system'],
  'prescription.decide': ['reviewer', 'chief'],
  'reconciliation.read': ['reviewer', 'chief', 'clerk', 'supervisor', 'system'],
  'case.explain': ['reviewer', 'chief', 'clerk'],
  'case.close': ['reviewer', 'chief'],
  'override.match': ['reviewer', 'chief'],
  'alarm.acknowledge': ['reviewer', 'chief'],
  'goods.read': ['reviewer', 'chief', 'clerk', 'supervisor'],
  'goods.order': ['chief', 'clerk'],
  // Lists say what may be done without a review: the chief answers for them.
  'list.order': ['chief'],
  'site.read': PEOPLE,
  'formulary.read': EVERYBODY,
  'summary.read': EVERYBODY,
  stream: PEOPLE,
} as const satisfies Record<string, readonly CentralRole[]>

export type Permission = keyof typeof PERMISSIONS

export const may = (role: CentralRole, permission: Permission): boolean => {
  const roles: readonly CentralRole[] = PERMISSIONS[permission]
  return roles.includes(role)
}
