import { formatAge, formatDateTime, formatDuration, formatStamp } from '../../shared/format.ts'
import { lang } from './i18n.ts'

type At = string | number | null | undefined

/** The shared formatters in the chosen language, all in Asia/Shanghai. */
export const when = (at: At): string => formatDateTime(at, lang.value)
export const stamp = (at: At): string => formatStamp(at, lang.value)
export const lasting = (ms: number): string => formatDuration(ms, lang.value)
export const ago = (at: string, now: number): string => formatAge(Date.parse(at), now, lang.value)
