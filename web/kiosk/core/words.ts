import { t } from './i18n.ts'
import { TEXTS, type TextKey } from './texts.ts'

const isTextKey = (key: string): key is TextKey => key in TEXTS

/** Why a drawer is as it is; what the page has no word for is shown as it came. */
export const causeText = (cause: string | null): string => {
  const key = `cause.${cause}`
  return isTextKey(key) ? t(key) : (cause ?? '')
}
