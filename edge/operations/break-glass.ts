import type { Alarms } from '../alarms/alarms.ts'
import type { Operation } from './state.ts'

/** R17: an alarm as long as the drawer is anybody's; also what an earlier run of the agent raised. */
export const breakGlassAlarm = (alarms: Pick<Alarms, 'raise' | 'clear'>, op: Operation): void => {
  if (op.kind !== 'break-glass') return
  const id = `break-glass-${op.session}`
  if (op.phase.at === 'finished') alarms.clear(id)
  else
    alarms.raise({
      id,
      kind: 'break-glass',
      level: 'alarm',
      zh: `应急开柜：抽屉 ${op.drawer}，${op.actor}，${op.why ?? ''}`,
      en: `break-glass: drawer ${op.drawer}, by ${op.actor}`,
    })
}

/** At start: what a power cut left standing of one that ended. */
export const clearBreakGlass = (
  alarms: Pick<Alarms, 'list' | 'clear'>,
  current: Operation | undefined,
): void => {
  for (const { id, clearedAt } of alarms.list())
    if (clearedAt === null && id.startsWith('break-glass-') && id !== `break-glass-${current?.session}`)
      alarms.clear(id)
}
