import { createI18n } from '../../shared/i18n.ts'

const i18n = createI18n({})

export const lang = i18n.lang
/** The text of a message of the API in the chosen language. */
export const pick = i18n.pick

/** Both languages stand where they are used, so neither can be forgotten. Reactive when called in a template. */
export const say = (zh: string, en: string): string => i18n.pick({ zh, en })
