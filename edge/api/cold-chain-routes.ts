import type { FastifyInstance, FastifyReply } from 'fastify'
import Type, { type Static } from 'typebox'
import type { ColdSeriesView } from '#cloud-sync/contract/edge-cold-chain.ts'
import { coldColumns, coldSummary } from '#cloud-sync/history/cold-view.ts'
import { type ChartWindow, chartWindow } from '#domain/cold-chain/chart.ts'
import { strictly } from '#domain/cold-chain/limits.ts'
import { placeOf, rangeOf, ruleOf } from '#domain/cold-chain/place.ts'
import { ruleWords } from '#domain/cold-chain/rule-words.ts'
import { YaoguiError } from '#domain/error.ts'
import { DAY, MINUTE } from '#domain/time.ts'
import type { Agent } from '../agent.ts'
import type { EdgeHardware } from '../hardware.ts'
import { coldEvents } from '../records/cold-events.ts'
import { type ColdPoint, coldReport } from '../records/report.ts'
import { recordsCsv } from '../records/report-csv.ts'
import { guard } from './guard.ts'

type Parts = {
  readonly agent: Agent
  readonly hardware: Pick<EdgeHardware, 'drawers' | 'thermometers' | 'patience'>
}

const Point = Type.Object({ thermometer: Type.String({ minLength: 1, maxLength: 32 }) })
const Instant = Type.String({ minLength: 10, maxLength: 40 })
const Window = Type.Object({ from: Instant, to: Instant })
const Series = Type.Object({
  from: Instant,
  to: Instant,
  points: Type.Integer({ minimum: 10, maximum: 2_000, default: 600 }),
})
const Report = Type.Object({
  day: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })),
  month: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}$' })),
  format: Type.Union([Type.Literal('pdf'), Type.Literal('csv'), Type.Literal('json')], { default: 'pdf' }),
})

/** Longer than any record is kept. */
const MAX_SPAN = 11 * 366 * DAY

/** Errors: E_WINDOW. */
const windowOf = ({ from, to }: Static<typeof Window>): { readonly from: number; readonly to: number } => {
  const window = { from: Date.parse(from), to: Date.parse(to) }
  const span = window.to - window.from
  if (window.from >= 0 && span >= MINUTE && span <= MAX_SPAN) return window
  throw new YaoguiError('E_WINDOW', {
    zh: `时间段不对：${from} 至 ${to}`,
    en: `no such window: ${from} to ${to}`,
    wayOut: { zh: '起止为 ISO 8601 时间，至少一分钟', en: 'ISO 8601 times at least a minute apart' },
  })
}

const seriesOf = async (
  { history, config, clock }: Agent,
  point: ColdPoint,
  window: ChartWindow,
): Promise<ColdSeriesView> => {
  const { id, name, low, high } = point
  const key = { series: 'temperature', site: config.site, channel: id }
  const buckets = await history.chart({ ...key, ...strictly(rangeOf(point)), ...window })
  const rule = ruleOf(point)
  return {
    ...{ thermometer: id, name, low, high, rule: { version: rule.version, text: ruleWords(rule) } },
    from: new Date(window.from).toISOString(),
    to: new Date(window.to).toISOString(),
    width: window.width / 1000,
    columns: coldColumns(buckets, window),
    summary: coldSummary(buckets, window, clock.now().getTime()),
  }
}

const sendReport = async (
  { db, history, config, clock }: Agent,
  {
    point,
    asked,
    reply,
  }: { readonly point: ColdPoint; readonly asked: Static<typeof Report>; readonly reply: FastifyReply },
): Promise<unknown> => {
  const { day, month, format } = asked
  const period = day ?? month ?? ''
  const now = clock.now()
  const report = await coldReport(
    { db, history, site: config.site, siteName: config.name, point, now },
    period,
  )
  if (format === 'json') return report
  const file = `${config.site}-${point.id}-${period}.${format}`
  void reply.header('content-disposition', `attachment; filename="${file}"`)
  if (format === 'csv') return reply.type('text/csv; charset=utf-8').send(recordsCsv(report.records))
  // Together with its fonts: only for whoever prints.
  const [{ printPdf }, { reportPage }] = await Promise.all([
    import('../records/pdf.ts'),
    import('../records/report-page.ts'),
  ])
  return reply.type('application/pdf').send(await printPdf(reportPage(report)))
}

/** Charts, what happened beside them, and records to print. */
export const addColdChainRoutes = (app: FastifyInstance, { agent, hardware }: Parts): void => {
  const pointOf = (id: string): ColdPoint => {
    const found = hardware.thermometers.get(id)
    const drawers = [...hardware.drawers].flatMap(([drawer, { cold }]) => (cold === id ? [drawer] : []))
    const { patience = {} } = hardware
    if (found) return { id, name: found.name, ...placeOf(found), drawers, patience }
    throw new YaoguiError('E_THERMOMETER_UNKNOWN', { zh: `没有温度计 ${id}`, en: `no thermometer ${id}` })
  }
  app.get<{ Params: Static<typeof Point>; Querystring: Static<typeof Series> }>(
    '/api/cold-chain/:thermometer/series',
    { schema: { params: Point, querystring: Series } },
    async request => {
      guard(agent, request)
      const { points } = request.query
      const window = chartWindow({ ...windowOf(request.query), points })
      return seriesOf(agent, pointOf(request.params.thermometer), window)
    },
  )
  app.get<{ Params: Static<typeof Point>; Querystring: Static<typeof Window> }>(
    '/api/cold-chain/:thermometer/events',
    { schema: { params: Point, querystring: Window } },
    async request => {
      guard(agent, request)
      const { id, drawers = [] } = pointOf(request.params.thermometer)
      return coldEvents(agent.db, { thermometer: id, drawers, ...windowOf(request.query) })
    },
  )
  app.get<{ Params: Static<typeof Point>; Querystring: Static<typeof Report> }>(
    '/api/cold-chain/:thermometer/report',
    { schema: { params: Point, querystring: Report } },
    async (request, reply) => {
      guard(agent, request)
      const point = pointOf(request.params.thermometer)
      return sendReport(agent, { point, asked: request.query, reply })
    },
  )
}
