import { shanghaiDay } from '#domain/time.ts'
import { type CabinetPlan, calibratedDevices, calibrationState, calibrationWords } from '#hardware/plan.ts'
import type { Alarms } from '../alarms/alarms.ts'
import type { EdgeClock } from '../clock.ts'

const KIND = 'calibration' as const

type Options = { readonly plan: CabinetPlan; readonly alarms: Alarms; readonly clock: EdgeClock }

/**
 * A warning of each calibration that is due within 30 days, another once it has expired; both go away with a new
 * certificate in the plan. One that was never entered is the technician's matter (`yaogui plan check`), not the
 * pharmacist's. To be called at start and then now and again: an agent runs for months.
 */
export const watchCalibrations =
  ({ plan, alarms, clock }: Options): (() => void) =>
  () => {
    const today = shanghaiDay(clock.now())
    const told = calibratedDevices(plan).flatMap(device => {
      const words = calibrationWords(device, today)
      const id = `${KIND}-${calibrationState(device, today)}-${device.kind}-${device.id}`
      return words ? [{ id, kind: KIND, level: 'warning' as const, ...words }] : []
    })
    for (const { id, kind, clearedAt } of alarms.list())
      if (kind === KIND && clearedAt === null && !told.some(each => each.id === id)) alarms.clear(id)
    for (const each of told) alarms.raise(each)
  }
