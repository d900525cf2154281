import { type Ref, ref, watch } from 'vue'
import type { Text } from '#cloud-sync/contract/edge-api.ts'

export type Lang = 'zh' | 'en'
export type Messages = Readonly<Record<string, Text>>
export type I18n<M extends Messages> = {
  /** Writable; kept in localStorage and set as the page's `lang`. */
  readonly lang: Ref<Lang>
  /** The text of `key`, with `{name}` replaced from `values`. Reactive when called in a template. */
  readonly t: (key: keyof M & string, values?: Readonly<Record<string, string | number>>) => string
  /** The chosen language of a text from a server. */
  readonly pick: (text: Text) => string
}

const KEY = 'yaogui.lang'
const HTML_LANG = { zh: 'zh-CN', en: 'en' } as const

/** Chinese first: English only where somebody asked for it on this device. */
const remembered = (): Lang => (localStorage.getItem(KEY) === 'en' ? 'en' : 'zh')

export const createI18n = <const M extends Messages>(messages: M): I18n<M> => {
  const lang = ref<Lang>(remembered())
  watch(
    lang,
    next => {
      localStorage.setItem(KEY, next)
      document.documentElement.lang = HTML_LANG[next]
    },
    { immediate: true, flush: 'sync' },
  )
  const pick = (text: Text): string => text[lang.value]
  return {
    lang,
    pick,
    t: (key, values = {}) => {
      const text: Text = messages[key] ?? { zh: key, en: key }
      return pick(text).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
    },
  }
}
