import type { PersonView } from '#cloud-sync/contract/edge-people.ts'
import { type Action, MAY, ROLES, type Role } from '#domain/people/actions.ts'

/** Why the person may not do something; null = they may. The agent's own list (`may` of the login) decides. */
export type Hindrance =
  | { readonly why: 'role'; readonly roles: readonly Role[] }
  | { readonly why: 'competency' }

const rolesThatMay = (action: Action): readonly Role[] => ROLES.filter(role => MAY[role].includes(action))

type Login = { readonly person: Pick<PersonView, 'role'>; readonly may: readonly Action[] }

export const hindranceOf = ({ person, may }: Login, action: Action): Hindrance | null => {
  if (may.includes(action)) return null
  return MAY[person.role].includes(action)
    ? { why: 'competency' }
    : { why: 'role', roles: rolesThatMay(action) }
}
