import Type, { type Static } from 'typebox'
import { DAY, MINUTE } from '#domain/time.ts'
import { Refusal } from '../errors.ts'
import { coldEvents } from '../monitoring/cold-events.ts'
import { type ColdWindow, coldSeries } from '../monitoring/cold-series.ts'
import type { ApiDeps } from './deps.ts'
import { type Route, route } from './route.ts'
import { ColdEventListSchema, ColdSeriesSchema } from './schemas-cold-chain.ts'

const point = Type.Object({
  site: Type.String({ minLength: 1, maxLength: 32 }),
  thermometer: Type.String({ minLength: 1, maxLength: 64 }),
})
const window = {
  from: Type.String({ minLength: 10, maxLength: 40, description: 'ISO 8601' }),
  to: Type.String({ minLength: 10, maxLength: 40, description: 'not included' }),
}
const events = Type.Object(window)
const series = Type.Object({
  ...window,
  points: Type.Optional(
    Type.String({ pattern: '^\\d{1,4}$', description: 'buckets, 10 … 2,000; 600 if unsaid' }),
  ),
})
const MIN_POINTS = 10
const MAX_POINTS = 2_000
const USUAL_POINTS = 600

/** Longer than any record is kept. */
const MAX_SPAN = 11 * 366 * DAY

/** Errors: E_BAD_REQUEST. */
const windowOf = ({ site, thermometer }: Static<typeof point>, asked: Static<typeof events>): ColdWindow => {
  const [from, to] = [Date.parse(asked.from), Date.parse(asked.to)]
  if (from >= 0 && to - from >= MINUTE && to - from <= MAX_SPAN) return { site, thermometer, from, to }
  throw new Refusal('E_BAD_REQUEST', [`/from /to no such window: ${asked.from} to ${asked.to}`])
}

const pointsOf = (text: string | undefined): number => {
  const points = Number(text ?? USUAL_POINTS)
  if (points >= MIN_POINTS && points <= MAX_POINTS) return points
  throw new Refusal('E_BAD_REQUEST', [`/points must be ${MIN_POINTS} … ${MAX_POINTS}`])
}

/** A thermometer's chart and what happened beside it: as at the cabinet, from what its journal brought here. */
export const coldChainRoutes = ({ db, clock }: ApiDeps): readonly Route[] => [
  route({
    method: 'GET',
    url: '/api/cold-chain/:site/:thermometer/series',
    summary: '温度曲线 buckets of extremes and minutes over and under, from the official records',
    access: 'site.read',
    params: point,
    query: series,
    answer: ColdSeriesSchema,
    handle: ({ params, query }) =>
      coldSeries(db, {
        ...windowOf(params, query),
        now: clock.now().getTime(),
        points: pointsOf(query.points),
      }),
  }),
  route({
    method: 'GET',
    url: '/api/cold-chain/:site/:thermometer/events',
    summary: '曲线旁的事件 doors, mains, excursions, acknowledgements, faults, oldest first',
    access: 'site.read',
    params: point,
    query: events,
    answer: ColdEventListSchema,
    handle: ({ params, query }) => coldEvents(db, windowOf(params, query)),
  }),
]
