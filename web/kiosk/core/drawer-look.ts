import type { DrawerView } from '#cloud-sync/contract/edge-goods.ts'
import type { Look } from './look.ts'

/** Colour and icon of a drawer's service; the word is `service.*`. */
export const SERVICE_LOOK: Readonly<Record<DrawerView['service'], Look>> = {
  'in-service': { tone: 'ok', icon: 'check' },
  'needs-count': { tone: 'warning', icon: 'scale' },
  'out-of-service': { tone: 'error', icon: 'cross' },
}

const RANK: readonly DrawerView['service'][] = ['needs-count', 'in-service', 'out-of-service']

/** Those that must be counted stand first, those that cannot be opened last. */
export const forCount = (drawers: readonly DrawerView[]): readonly DrawerView[] =>
  drawers.toSorted((a, b) => RANK.indexOf(a.service) - RANK.indexOf(b.service) || a.id.localeCompare(b.id))
