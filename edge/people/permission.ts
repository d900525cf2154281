import type { PersonView } from '#cloud-sync/contract/edge-people.ts'
import { YaoguiError } from '#domain/error.ts'
import { type Action, MAY } from '#domain/people/actions.ts'

/** A first PIN opens nothing but its own change. Errors: E_PIN_CHANGE. */
export const refuseFirstPin = (person: PersonView): void => {
  if (person.mustChangePin)
    throw new YaoguiError('E_PIN_CHANGE', {
      zh: '首次登录请先修改密码',
      en: 'change the first PIN before anything else',
    })
}

/** Why this person may not do it: E_ROLE, or E_COMPETENCY when they might if it had not run out. */
export const mayNot = ({ role, competentUntil }: PersonView, action: Action): YaoguiError =>
  MAY[role].includes(action)
    ? new YaoguiError('E_COMPETENCY', {
        zh: `您的资质已于 ${competentUntil} 到期，不能做这一步`,
        en: `your licence or training ended on ${competentUntil}`,
        wayOut: {
          zh: '请由有资质的药师操作，并续办资质',
          en: 'have a qualified pharmacist do it, and renew yours',
        },
      })
    : new YaoguiError('E_ROLE', { zh: '您的岗位不能做这一步', en: 'your role may not do this' })
