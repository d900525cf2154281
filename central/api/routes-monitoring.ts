import Type from 'typebox'
import { Refusal } from '../errors.ts'
import { acknowledgeAlarm } from '../monitoring/acknowledge.ts'
import { cceMessage } from '../monitoring/cce.ts'
import { summaryOf } from '../monitoring/summary.ts'
import { listAlarms, listExcursions, temperatureSeries } from '../monitoring/views.ts'
import { siteWall } from '../sites/wall.ts'
import type { ApiDeps } from './deps.ts'
import { type Route, route } from './route.ts'
import {
  AlarmSchema,
  CceSchema,
  ExcursionSchema,
  SeriesSchema,
  SiteSchema,
  SummarySchema,
} from './schemas.ts'

const time = Type.Optional(Type.String({ maxLength: 40, description: 'ISO 8601, or UTC ms' }))
const series = Type.Object({
  site: Type.String({ minLength: 1, maxLength: 32 }),
  thermometer: Type.String({ minLength: 1, maxLength: 64 }),
  from: time,
  to: time,
})

const exported = Type.Object({
  site: Type.String({ minLength: 1, maxLength: 32 }),
  from: Type.String({ maxLength: 40, description: 'ISO 8601, or UTC ms' }),
  to: Type.String({ maxLength: 40, description: 'not included' }),
})

const alarm = Type.Object({
  site: Type.String({ minLength: 1, maxLength: 32 }),
  id: Type.String({ minLength: 1, maxLength: 200 }),
})
const reason = Type.Object({ reason: Type.String({ minLength: 1, maxLength: 1000, pattern: '\\S' }) })

const parseTime = (name: string, text: string | undefined): number | undefined => {
  if (!text) return undefined
  const ms = /^\d+$/.test(text) ? Number(text) : Date.parse(text)
  if (!Number.isSafeInteger(ms)) throw new Refusal('E_BAD_REQUEST', [`/${name} is no time: ${text}`])
  return ms
}

const requiredTime = (name: string, text: string): number => {
  const ms = parseTime(name, text)
  if (ms === undefined) throw new Refusal('E_BAD_REQUEST', [`/${name} is missing`])
  return ms
}

export const monitoringRoutes = ({ db, clock, county, changes }: ApiDeps): readonly Route[] => [
  route({
    method: 'GET',
    url: '/api/sites',
    summary: '站点 the wall',
    access: 'site.read',
    answer: Type.Array(SiteSchema),
    handle: () => siteWall(db),
  }),
  route({
    method: 'GET',
    url: '/api/excursions',
    summary: '超温事件 excursions of all sites, newest first',
    access: 'site.read',
    answer: Type.Array(ExcursionSchema),
    handle: () => listExcursions(db),
  }),
  route({
    method: 'GET',
    url: '/api/temperatures',
    summary: '温度记录 official records in buckets of extremes; without from and to the last 24 h of records',
    access: 'site.read',
    query: series,
    answer: SeriesSchema,
    handle: ({ query: { site, thermometer, from, to } }) =>
      temperatureSeries(db, { site, thermometer, from: parseTime('from', from), to: parseTime('to', to) }),
  }),
  route({
    method: 'GET',
    url: '/api/cold-chain/cce',
    summary: '冷链互通报文 official records of a site as a cce-interop 0.8.1 message, for other systems',
    access: 'site.read',
    query: exported,
    answer: CceSchema,
    handle: ({ query: { site, from, to } }) =>
      cceMessage(
        { db, clock, county },
        { site, from: requiredTime('from', from), to: requiredTime('to', to) },
      ),
  }),
  route({
    method: 'GET',
    url: '/api/alarms',
    summary: '告警 alarms of all sites, open ones first',
    access: 'site.read',
    answer: Type.Array(AlarmSchema),
    handle: () => listAlarms(db),
  }),
  route({
    method: 'POST',
    url: '/api/alarms/:site/:id/acknowledge',
    summary:
      '确认告警 acknowledge an alarm that the centre raised; a site’s own is acknowledged at its cabinet',
    access: 'alarm.acknowledge',
    params: alarm,
    body: reason,
    answer: AlarmSchema,
    handle: ({ params: { site, id }, body, person }) =>
      acknowledgeAlarm({ db, clock, changes }, { site, id, by: person.id, reason: body.reason.trim() }),
  }),
  route({
    method: 'GET',
    url: '/api/summary',
    summary: '汇总 counts',
    access: 'summary.read',
    answer: SummarySchema,
    handle: () => summaryOf(db, clock.now()),
  }),
]
