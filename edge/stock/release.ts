import { YaoguiError } from '#domain/error.ts'
import type {
  ExcursionFigures,
  JournalStability,
  ReleaseException,
  Stability,
} from '#domain/journal/events-operations.ts'
import { borneBy, isCovered } from '#domain/stability.ts'

/** What a release after an excursion stands on. */
export type Grounds = {
  /** What each excursion of the lot came to; null = nobody knows any more. */
  readonly seen: readonly (ExcursionFigures | null)[]
  readonly allowed: Stability | null
  readonly exception?: ReleaseException | undefined
}

const wayOut = {
  zh: '请销毁；或取得县中心药房书面放行后，按“书面放行”办理',
  en: 'waste it, or have the central pharmacy release it in writing and say so',
}

const notSaid = (): YaoguiError =>
  new YaoguiError('E_LOT_STABILITY', {
    zh: '超温后的放行须填写厂家允许的时间和温度',
    en: 'a release after an excursion names how long and how warm the manufacturer allows',
    wayOut,
  })

const notKnown = (): YaoguiError =>
  new YaoguiError('E_LOT_STABILITY', {
    zh: '查不到超温记录，无法与稳定性数据核对',
    en: 'what the goods went through is no longer on record and cannot be held against the figures',
    wayOut,
  })

const denied = (seen: readonly ExcursionFigures[]): YaoguiError => {
  const { minutes, min, max } = borneBy(seen)
  const figures = `${Math.round(minutes)} min, ${min ?? '?'}…${max ?? '?'} °C`
  return new YaoguiError('E_LOT_STABILITY', {
    zh: `药品实际经历超出所填稳定性数据：${figures}`,
    en: `the goods went through more than the stability figures allow: ${figures}`,
    wayOut,
  })
}

/**
 * R20: may goods that went through these excursions be released on these grounds? The figures must cover all of it together;
 * without them only the centre's written word does. Returns what the record says of it. Errors: E_LOT_STABILITY.
 */
export const assertCovered = (
  excursions: readonly string[],
  grounds: Grounds | undefined,
): JournalStability | undefined => {
  const { seen = [], allowed = null, exception } = grounds ?? {}
  const known = seen.filter(figures => figures !== null)
  const record = { seen: known, allowed, ...(exception ? { exception } : {}) }
  if (excursions.length === 0) return allowed || exception ? record : undefined
  if (exception !== undefined) return record
  if (!allowed) throw notSaid()
  if (known.length < excursions.length) throw notKnown()
  if (!isCovered(known, allowed)) throw denied(known)
  return record
}
