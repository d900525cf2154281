import { strictly } from '#domain/cold-chain/limits.ts'
import type { SaidRule } from '#domain/cold-chain/said-rule.ts'
import { YaoguiError } from '#domain/error.ts'
import type { JournalEvents } from '#domain/journal/events.ts'
import type { Tx } from '../db/open.ts'
import { isCentreKind } from './centre-kinds.ts'

type Of<K extends keyof JournalEvents> = {
  readonly site: string
  readonly at: string
  readonly data: JournalEvents[K]
}

/**
 * What was in range, as the record names it, strict: where the limit itself is out, it lies beyond these. An alarm's own
 * limits (`alarmLow`, `alarmHigh`) are others, and `atLimitOut` then speaks of them.
 */
const rangeIn = ({ low, high, alarmLow, alarmHigh, atLimitOut = [] }: Partial<SaidRule>) => {
  if (low === undefined || high === undefined) return { low: null, high: null }
  const own = { cold: alarmLow === undefined, hot: alarmHigh === undefined }
  return strictly({ low, high, atLimitOut: atLimitOut.filter(side => own[side]) })
}

/** An official record. The same instant again (a replayed file) changes nothing. */
export const projectTemperature = async (tx: Tx, { site, data }: Of<'temperature.record'>): Promise<void> => {
  const { thermometer, celsius, source } = data
  await tx
    .insertInto('temperatures')
    .values({ site, thermometer, at_ms: Date.parse(data.at), celsius, source, ...rangeIn(data) })
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

/**
 * What a site alarms of, under its own ids: the centre's alarms are other rows, whatever their ids are.
 * Errors: E_ALARM_KIND, a kind that only the centre raises.
 */
export const projectAlarm = async (tx: Tx, { site, at, data }: Of<'alarm.raised'>): Promise<void> => {
  const { alarm: id, kind, level, zh, en } = data
  if (isCentreKind(kind))
    throw new YaoguiError('E_ALARM_KIND', {
      zh: `站点${site}的日志不能写入中心的告警（${kind}）`,
      en: `only the centre raises ${kind}, not the journal of ${site}`,
      wayOut: { zh: '请核实该站点的终端程序', en: 'have the agent of this site examined' },
    })
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
    .values({ site, raised_by: 'site', id, ...row })
    .onConflict(conflict => conflict.columns(['site', 'raised_by', 'id']).doUpdateSet(row))
    .execute()
}

const ofSite = (tx: Tx, { site, id }: { readonly site: string; readonly id: string }) =>
  tx.updateTable('alarms').where('site', '=', site).where('raised_by', '=', 'site').where('id', '=', id)

export const projectAlarmCleared = async (tx: Tx, { site, at, data }: Of<'alarm.cleared'>): Promise<void> => {
  await ofSite(tx, { site, id: data.alarm }).set({ cleared_at: at }).where('cleared_at', 'is', null).execute()
}

export const projectAlarmAcknowledged = async (
  tx: Tx,
  { site, at, data }: Of<'alarm.acknowledged'>,
): Promise<void> => {
  await ofSite(tx, { site, id: data.alarm })
    .set({ acknowledged_by: data.actor, acknowledged_at: at, ack_reason: data.reason })
    .execute()
}
