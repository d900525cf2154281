import type { CaseView } from '#cloud-sync/contract/edge-people.ts'
import type { Look } from './look.ts'

/** Colour and icon of a case; the word is `case.status.*`. */
export const CASE_LOOK: Readonly<Record<CaseView['status'], Look>> = {
  open: { tone: 'error', icon: 'warning' },
  explained: { tone: 'warning', icon: 'hand' },
  witnessed: { tone: 'warning', icon: 'person' },
  closed: { tone: 'ok', icon: 'check' },
  unresolvable: { tone: 'idle', icon: 'cross' },
}
export const isOpenCase = ({ status }: CaseView): boolean => status !== 'closed' && status !== 'unresolvable'
