import type { CabinetPlan } from './plan-schema.ts'

type Calibration = NonNullable<CabinetPlan['drawers'][number]['calibration']>

/** A device that has to be calibrated. `path` is the JSON pointer of what it belongs to. */
export type Calibrated = {
  readonly path: string
  readonly id: string
  readonly kind: 'scale' | 'thermometer'
  readonly calibration?: Calibration
  /** °C, added to what a thermometer says. */
  readonly offset?: number
}

/** From so many days before its last day on, a calibration is due. */
const DUE_DAYS = 30

/** Every scale and every live thermometer; a replayed logger has its own certificate. */
export const calibratedDevices = ({ drawers, thermometers }: CabinetPlan): readonly Calibrated[] => [
  ...drawers.map(({ id, calibration }, at) => ({
    path: `/drawers/${at}`,
    id,
    kind: 'scale' as const,
    ...(calibration ? { calibration } : {}),
  })),
  ...thermometers.flatMap((each, at) => {
    if (each.driver === 'replay') return []
    const { id, calibration, offset } = each
    const stated = { ...(calibration ? { calibration } : {}), ...(offset === undefined ? {} : { offset }) }
    return [{ path: `/thermometers/${at}`, id, kind: 'thermometer' as const, ...stated }]
  }),
]

const DAY_MS = 86_400_000

/** Both as YYYY-MM-DD; negative when `to` lies before `from`. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS)

/** A day of the calendar: there is no 30th of February. */
export const isDay = (text: string): boolean => {
  const at = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
}

export type CalibrationState = 'absent' | 'valid' | 'due' | 'expired'

/** `today` as YYYY-MM-DD. The last day still holds. */
export const calibrationState = ({ calibration }: Calibrated, today: string): CalibrationState => {
  if (calibration === undefined) return 'absent'
  const left = daysBetween(today, calibration.expires)
  if (left < 0) return 'expired'
  return left <= DUE_DAYS ? 'due' : 'valid'
}

const NAMES = { scale: ['秤', 'scale'], thermometer: ['温度计', 'thermometer'] } as const

/**
 * What to tell a person of a calibration that is due or expired, and of a correction that no certificate gives; undefined
 * when there is nothing to tell.
 */
export const calibrationWords = (
  device: Calibrated,
  today: string,
): { readonly zh: string; readonly en: string } | undefined => {
  const state = calibrationState(device, today)
  const { calibration, kind, id, offset = 0 } = device
  const [zh, en] = NAMES[kind]
  if (calibration === undefined && offset !== 0)
    return {
      zh: `${zh} ${id} 的修正值 ${offset} °C 没有校准证书`,
      en: `the correction of ${offset} °C of ${en} ${id} has no certificate`,
    }
  if (calibration === undefined || state === 'valid' || state === 'absent') return undefined
  const { expires, certificate } = calibration
  return state === 'expired'
    ? {
        zh: `${zh} ${id} 的校准证书 ${certificate} 已于 ${expires} 到期`,
        en: `the calibration ${certificate} of ${en} ${id} expired on ${expires}`,
      }
    : {
        zh: `${zh} ${id} 的校准证书 ${certificate} 将于 ${expires} 到期`,
        en: `the calibration ${certificate} of ${en} ${id} expires on ${expires}`,
      }
}
