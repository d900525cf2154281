import type { PrescriptionView } from '#cloud-sync/contract/edge-withdrawals.ts'
import { matches } from './initials.ts'
import type { Look } from './look.ts'

type Status = PrescriptionView['status']
/** Colour and icon of a status; the word is `rxStatus.*`. */
export const RX_LOOK: Readonly<Record<Status, Look>> = {
  waiting: { tone: 'info', icon: 'clock' },
  'in-progress': { tone: 'warning', icon: 'open' },
  review: { tone: 'error', icon: 'warning' },
  dispensed: { tone: 'ok', icon: 'check' },
  revoked: { tone: 'idle', icon: 'cross' },
  expired: { tone: 'idle', icon: 'clock' },
}

/** What still wants a person, the interrupted first. */
const TODO: readonly Status[] = ['review', 'in-progress', 'waiting']
export const isTodo = ({ status }: PrescriptionView): boolean => TODO.includes(status)

const rank = ({ status }: PrescriptionView): number =>
  TODO.includes(status) ? TODO.indexOf(status) : TODO.length

/** Kept in the agent's order (newest first) within one rank. */
export const select = (
  list: readonly PrescriptionView[],
  { query, all }: { readonly query: string; readonly all: boolean },
): readonly PrescriptionView[] =>
  list
    .filter(one => all || isTodo(one))
    .filter(({ rx, patient, items }) => matches(query, [rx, patient.name, ...items.map(({ name }) => name)]))
    .toSorted((a, b) => rank(a) - rank(b))

/** The last minute it can be dispensed: an expiry at midnight is the end of the day before, not a new day. */
export const lastMinute = ({ expiresAt }: PrescriptionView): number => Date.parse(expiresAt) - 60_000

export const isShort = ({ items }: PrescriptionView): boolean =>
  items.some(({ inStock, quantity }) => inStock < quantity)
