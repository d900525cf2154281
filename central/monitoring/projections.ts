import type { JournalEvents } from '#domain/journal/events.ts'
import type { Tx } from '../db/open.ts'
import { CENTRE_KINDS } from './centre-kinds.ts'

type Of<K extends keyof JournalEvents> = {
  readonly site: string
  readonly at: string
  readonly data: JournalEvents[K]
}

/** An official record. The same instant again (a replayed file) changes nothing. */
export const projectTemperature = async (tx: Tx, { site, data }: Of<'temperature.record'>): Promise<void> => {
  const { thermometer, celsius, source } = data
  await tx
    .insertInto('temperatures')
    .values({ site, thermometer, at_ms: Date.parse(data.at), celsius, source })
    .onConflict(conflict => conflict.columns(['site', 'thermometer', 'at_ms']).doNothing())
    .execute()
}

export const projectExcursionAlarm = async (tx: Tx, { site, data }: Of<'excursion.alarm'>): Promise<void> => {
  const { excursion: id, thermometer, side, start, alarmAt, limit, source } = data
  const row = {
    ...{ site, id, thermometer, side, source, start_at: start, alarm_at: alarmAt, limit_celsius: limit },
    ...{ end_at: null, min: null, max: null, minutes: null },
  }
  await tx
    .insertInto('excursions')
    .values(row)
    .onConflict(conflict => conflict.columns(['site', 'id']).doUpdateSet({ limit_celsius: limit }))
    .execute()
}

/** Also without its alarm, which may stand in a journal that was lost: an excursion is never refused. */
export const projectExcursionEnd = async (tx: Tx, { site, data }: Of<'excursion.ended'>): Promise<void> => {
  const { excursion: id, thermometer, side, start, alarmAt, source, end, min, max, minutes } = data
  const ended = { end_at: end, min, max, minutes }
  await tx
    .insertInto('excursions')
    .values({
      ...{ site, id, thermometer, side, source, start_at: start, alarm_at: alarmAt, limit_celsius: null },
      ...ended,
    })
    .onConflict(conflict => conflict.columns(['site', 'id']).doUpdateSet(ended))
    .execute()
}

export const projectAlarm = async (tx: Tx, { site, at, data }: Of<'alarm.raised'>): Promise<void> => {
  const { alarm: id, kind, level, zh, en } = data
  const row = {
    kind,
    level,
    zh,
    en,
    raised_at: at,
    cleared_at: null,
    acknowledged_by: null,
    acknowledged_at: null,
    ack_reason: null,
  }
  await tx
    .insertInto('alarms')
    .values({ site, id, ...row })
    .onConflict(conflict => conflict.columns(['site', 'id']).doUpdateSet(row))
    .execute()
}

export const projectAlarmCleared = async (tx: Tx, { site, at, data }: Of<'alarm.cleared'>): Promise<void> => {
  await tx
    .updateTable('alarms')
    .set({ cleared_at: at })
    .where('site', '=', site)
    .where('id', '=', data.alarm)
    .where('cleared_at', 'is', null)
    .execute()
}

/** What was acknowledged at the centre keeps the centre's word. */
export const projectAlarmAcknowledged = async (
  tx: Tx,
  { site, at, data }: Of<'alarm.acknowledged'>,
): Promise<void> => {
  await tx
    .updateTable('alarms')
    .set({ acknowledged_by: data.actor, acknowledged_at: at, ack_reason: data.reason })
    .where('site', '=', site)
    .where('id', '=', data.alarm)
    .where(eb => eb.or([eb('kind', 'not in', CENTRE_KINDS), eb('acknowledged_by', 'is', null)]))
    .execute()
}
