import { calibratedDevices, calibrationState, calibrationWords } from '#hardware/plan.ts'
import type { CabinetPlan } from '#hardware/plan-schema.ts'
import type { Finding } from './finding.ts'

/** Certificates of scales and thermometers: expired ones and those that run out within 30 days. */
export const checkCalibrations = (plan: CabinetPlan, today: string): Finding => {
  const what = '校准 calibration'
  const devices = calibratedDevices(plan)
  const told = devices.flatMap(device => calibrationWords(device, today) ?? [])
  if (told.length > 0)
    return {
      level: 'warning',
      what,
      zh: told.map(({ zh }) => zh).join('；'),
      en: told.map(({ en }) => en).join('; '),
      wayOut:
        '送检后用 yaogui commission 登记新证书 / have them calibrated, enter the certificate by `yaogui commission`',
    }
  const without = devices.filter(device => calibrationState(device, today) === 'absent').length
  return {
    level: 'ok',
    what,
    zh: `没有到期的证书；${without} 台没有校准记录`,
    en: `no certificate is due; ${without} devices without a record`,
  }
}
