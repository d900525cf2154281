import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import type { PersonView } from '#cloud-sync/contract/edge-people.ts'
import { codeOf } from '#domain/error.ts'
import type { Action } from '#domain/people/actions.ts'
import type { Agent } from '../agent.ts'
import { demandReason } from '../authority/reasons.ts'
import type { CaseMove } from '../cases/cases.ts'
import type { CaseAct } from '../cases/machine.ts'
import { tellable } from './blind.ts'
import { actionsOf, allow, guard } from './guard.ts'

const ACTION: Readonly<Record<CaseAct, Action>> = {
  explain: 'case-explain',
  witness: 'witness',
  close: 'case-close',
  unresolvable: 'case-unresolvable',
}

const Id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 200 }) })
const note = Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' })
const reason = Type.String({ maxLength: 40 })
const second = Type.String({ maxLength: 100 })
const Explain = Type.Object({ reason, note })
const Witness = Type.Object({ note, second: Type.Optional(second) })
const Close = Type.Object({ note })
const Unresolvable = Type.Object({ reason, note, second })

type Move<B> = (agent: Agent, person: PersonView, asked: { readonly id: string; readonly body: B }) => void
type CaseRoute<B> = { readonly schema: object; readonly action?: Action; readonly move: Move<B> }

/** A refused step is an access too (R19). */
const refusing = ({ journal }: Agent, by: string, task: () => void): void => {
  try {
    task()
  } catch (error) {
    journal.tell({ kind: 'person.refused', data: { person: by, code: codeOf(error) } })
    throw error
  }
}

const take = (agent: Agent, id: string, move: CaseMove): void =>
  refusing(agent, move.by, () => agent.cases.move(id, move))

const explain: Move<Static<typeof Explain>> = (agent, { id: by }, { id, body }) => {
  demandReason('case', body.reason)
  take(agent, id, { act: 'explain', by, ...body })
}

/** With a ticket its owner is the witness, else who is logged in. */
const witness: Move<Static<typeof Witness>> = (
  agent,
  person,
  { id, body: { second: ticket, note: said } },
) => {
  if (ticket === undefined) allow(agent, person, 'witness')
  const by =
    ticket === undefined ? person.id : agent.second.redeem(ticket, { act: 'witness', actor: person.id })
  take(agent, id, { act: 'witness', by, note: said })
}

const close: Move<Static<typeof Close>> = (agent, { id: by }, { id, body }) =>
  take(agent, id, { act: 'close', by, note: body.note })

const unresolvable: Move<Static<typeof Unresolvable>> = (agent, { id: by }, { id, body }) => {
  demandReason('case', body.reason)
  const move = { act: 'unresolvable', by, reason: body.reason, note: body.note } as const
  refusing(agent, by, () => agent.cases.check(id, move))
  const signed = agent.second.redeem(body.second, { act: 'case-unresolvable', actor: by })
  take(agent, id, { ...move, note: `${body.note}（见证 witness: ${signed}）`, second: signed })
}

/** Cases as who is logged in sees them. */
const list = (agent: Agent, person: PersonView) => {
  const may = actionsOf(agent, person)
  return agent.cases.list(person.id, act => may.includes(ACTION[act]))
}

export const addCasesRoutes = (app: FastifyInstance, agent: Agent): void => {
  app.get('/api/cases', async request => {
    const shown = tellable(agent)
    // R8: what an earlier count found in a drawer is what the next one should find.
    return list(agent, guard(agent, request)).filter(({ drawer }) => shown(drawer))
  })
  const post = <B>(path: CaseAct, { schema, action, move }: CaseRoute<B>): void => {
    app.post<{ Params: Static<typeof Id> }>(
      `/api/cases/:id/${path}`,
      { schema: { params: Id, body: schema } },
      async request => {
        const { id } = request.params
        const person = guard(agent, request, action)
        // As the schema of this very route has it.
        move(agent, person, { id, body: request.body as B })
        return list(agent, person).find(one => one.id === id) ?? null
      },
    )
  }
  post('explain', { schema: Explain, action: 'case-explain', move: explain })
  post('witness', { schema: Witness, move: witness })
  post('close', { schema: Close, action: 'case-close', move: close })
  post('unresolvable', { schema: Unresolvable, action: 'case-unresolvable', move: unresolvable })
}
