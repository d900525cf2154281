import type { Lang } from './i18n.ts'

/** All sites and the centre live by one clock, wherever the browser thinks it is. */
const ZONE = 'Asia/Shanghai'
const LOCALE = { zh: 'zh-CN', en: 'en-GB' } as const
const MINUTE_MS = 60_000

const formatter = (options: Intl.DateTimeFormatOptions) => {
  const make = (lang: Lang) =>
    new Intl.DateTimeFormat(LOCALE[lang], { timeZone: ZONE, hourCycle: 'h23', ...options })
  const made = { zh: make('zh'), en: make('en') }
  return (at: string | number | null | undefined, lang: Lang = 'zh'): string => {
    if (at === null || at === undefined) return '—'
    const ms = typeof at === 'number' ? at : Date.parse(at)
    return Number.isNaN(ms) ? '—' : made[lang].format(ms)
  }
}

/** `14:05` */
export const formatTime = formatter({ hour: '2-digit', minute: '2-digit' })
/** `7月3日 14:05` · `3 Jul, 14:05` */
export const formatDateTime = formatter({
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
})
/** `2025/07/03 14:05:09`, for records. */
export const formatStamp = formatter({
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})

/** A duration in whole minutes, hours or days, rounded down: `2 分钟`, `3 hours`. */
export const formatDuration = (ms: number, lang: Lang = 'zh'): string => {
  const minutes = Math.max(0, Math.floor(ms / MINUTE_MS))
  if (minutes < 60) return lang === 'zh' ? `${minutes} 分钟` : `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return lang === 'zh' ? `${hours} 小时` : `${hours} h`
  const days = Math.floor(hours / 24)
  return lang === 'zh' ? `${days} 天` : `${days} d`
}

/** `刚刚`, `2 分钟前`. Both in milliseconds. */
export const formatAge = (atMs: number, nowMs: number, lang: Lang = 'zh'): string => {
  if (nowMs - atMs < MINUTE_MS) return lang === 'zh' ? '刚刚' : 'just now'
  const duration = formatDuration(nowMs - atMs, lang)
  return lang === 'zh' ? `${duration}前` : `${duration} ago`
}

/** `4.3 °C`; a dash where there is no reading: never a number that was not measured. */
export const formatCelsius = (celsius: number | null | undefined): string =>
  celsius === null || celsius === undefined ? '— °C' : `${celsius.toFixed(1)} °C`
