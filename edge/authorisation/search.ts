import { type Initials, initialsOf, matchesInitials } from '#domain/initials.ts'
import type { Authorisation } from './authorisations.ts'

/** Names are few and come again: those of the newest orders and of the formulary. */
const MAX_NAMES = 4_000

/** Pinyin is looked up once a name. */
export const createInitialsCache = () => {
  const known = new Map<string, Initials>()
  return (name: string): Initials => {
    const found = known.get(name)
    if (found) return found
    if (known.size >= MAX_NAMES) known.clear()
    const initials = initialsOf(name)
    known.set(name, initials)
    return initials
  }
}

export type InitialsCache = ReturnType<typeof createInitialsCache>

/**
 * Does an order answer to this: a piece of its number, of the patient's or a drug's name, or of their pinyin initials?
 * Empty text finds all.
 */
export const createOrderSearch = (initials: InitialsCache = createInitialsCache()) => {
  return ({ claims }: Authorisation, text: string): boolean => {
    const wanted = text.trim().toUpperCase()
    if (wanted === '') return true
    const names = [claims.patient.name, ...claims.items.map(({ name }) => name)]
    return (
      claims.rx.toUpperCase().includes(wanted) ||
      names.some(name => name.toUpperCase().includes(wanted) || matchesInitials(wanted, initials(name)))
    )
  }
}
