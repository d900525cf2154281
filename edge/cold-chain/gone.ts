import type { Alarms } from '../alarms/alarms.ts'

const OWN = /^(?:no-data|stuck|forecast|humidity)-(.+)$/
const KINDS = new Set(['no-data', 'sensor-stuck', 'forecast', 'humidity'])

/**
 * Of a sensor that the plan has no more no reading will ever end an alarm. `ids`: those that it has. An excursion stays:
 * a person ends it with a reason.
 */
export const forgetGone = (alarms: Pick<Alarms, 'list' | 'clear'>, ids: ReadonlySet<string>): void => {
  for (const { id, kind, clearedAt } of alarms.list()) {
    const sensor = OWN.exec(id)?.[1]
    if (clearedAt === null && KINDS.has(kind) && sensor !== undefined && !ids.has(sensor)) alarms.clear(id)
  }
}
