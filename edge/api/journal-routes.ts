import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { JournalPage, JournalRecordView } from '#cloud-sync/contract/edge-journal.ts'
import type { JournalRecord } from '#domain/journal/record.ts'
import type { Agent } from '../agent.ts'
import { type JournalRow, recordOf } from '../journal/row.ts'
import { tellableRecord } from './blind.ts'

const Query = Type.Object({
  after: Type.Integer({ minimum: 0, default: 0 }),
  limit: Type.Integer({ minimum: 1, maximum: 500, default: 100 }),
  kind: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
})
type Query = Static<typeof Query>

const viewOf = ({ data, ...record }: JournalRecord, told: boolean): JournalRecordView => ({
  ...record,
  data: told ? (JSON.parse(data) as unknown) : WITHHELD,
})

/** R8: in the place of what would tell the figure that somebody is about to count. */
const WITHHELD = { withheld: 'E_COUNT_BLIND' }

const read = ({ db, journal }: Agent, { after, limit, kind }: Query): readonly JournalRecord[] =>
  kind === undefined
    ? journal.read(after, limit)
    : db
        .all<JournalRow>(
          'SELECT * FROM journal WHERE kind = ? AND seq > ? ORDER BY seq LIMIT ?',
          kind,
          after,
          limit,
        )
        .map(recordOf)

/** The journal for a page of the kiosk. `allow` throws where the one who asks may not see it. */
export const addJournalRoutes = (
  app: FastifyInstance,
  { agent, allow }: { readonly agent: Agent; readonly allow: (request: FastifyRequest) => void },
): void => {
  app.get<{ Querystring: Query }>('/api/journal', { schema: { querystring: Query } }, async request => {
    allow(request)
    const records = read(agent, request.query)
    const { epoch } = agent.journal
    const told = tellableRecord(agent)
    return {
      epoch,
      head: agent.journal.head(),
      records: records.map(record => viewOf(record, told(record))),
    } satisfies JournalPage
  })
  app.get('/api/journal/verify', async request => {
    allow(request)
    return agent.verification.view()
  })
  app.post('/api/journal/verify', async request => {
    allow(request)
    return agent.verification.start()
  })
}
