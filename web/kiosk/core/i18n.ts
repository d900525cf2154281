import { createI18n } from '../../shared/i18n.ts'
import { TEXTS } from './texts.ts'

/** One language for the whole page. */
export const { lang, t, pick } = createI18n(TEXTS)
