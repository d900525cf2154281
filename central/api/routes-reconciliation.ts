import Type from 'typebox'
import { closeCase, explainCase } from '../reconciliation/cases.ts'
import { listOverrides } from '../reconciliation/override-views.ts'
import { matchOverride } from '../reconciliation/overrides.ts'
import { findCase, listCases, listReconciliations } from '../reconciliation/views.ts'
import type { ApiDeps } from './deps.ts'
import { type Route, route } from './route.ts'
import { CaseSchema, OverrideSchema, ReconciliationSchema } from './schemas.ts'

const params = Type.Object({ id: Type.String({ minLength: 1, maxLength: 200 }) })
const note = Type.Object({ note: Type.String({ minLength: 1, maxLength: 1000, pattern: '\\S' }) })
/** What goes to the site with words of ours before it: its contract takes 500 characters. */
const verdict = Type.Object({
  note: Type.String({ minLength: 1, maxLength: 480, pattern: '\\S' }),
  accepted: Type.Optional(Type.Boolean()),
})

export const reconciliationRoutes = (deps: ApiDeps): readonly Route[] => [
  route({
    method: 'GET',
    url: '/api/reconciliations',
    summary: '对账 every withdrawal against its order, newest first',
    access: 'reconciliation.read',
    answer: Type.Array(ReconciliationSchema),
    handle: () => listReconciliations(deps.db),
  }),
  route({
    method: 'GET',
    url: '/api/cases',
    summary: '差异 discrepancy cases, newest first',
    access: 'reconciliation.read',
    answer: Type.Array(CaseSchema),
    handle: () => listCases(deps.db),
  }),
  route({
    method: 'GET',
    url: '/api/overrides',
    summary: '越权取药 what was taken before its review, open ones first',
    access: 'reconciliation.read',
    answer: Type.Array(OverrideSchema),
    handle: () => listOverrides(deps.db, deps.clock.now()),
  }),
  route({
    method: 'POST',
    url: '/api/overrides/:id/match',
    summary: '匹配 a reviewer’s word on an override that no release will match: accepted, or not',
    access: 'override.match',
    params,
    body: verdict,
    answer: Type.Array(OverrideSchema),
    handle: async ({ params: { id }, body, person }) => {
      const { note: said, accepted = true } = body
      await matchOverride(deps, { id, by: person.id, note: said.trim(), accepted })
      return listOverrides(deps.db, deps.clock.now())
    },
  }),
  route({
    method: 'POST',
    url: '/api/cases/:id/explain',
    summary: '说明 explain a case',
    access: 'case.explain',
    params,
    body: note,
    answer: CaseSchema,
    handle: async ({ params: { id }, body, person }) => {
      await explainCase(deps, { id, by: person.id, note: body.note })
      return findCase(deps.db, id)
    },
  }),
  route({
    method: 'POST',
    url: '/api/cases/:id/close',
    summary: '关闭 close an explained case; another person',
    access: 'case.close',
    params,
    body: note,
    answer: CaseSchema,
    handle: async ({ params: { id }, body, person }) => {
      await closeCase(deps, { id, by: person.id, note: body.note })
      return findCase(deps.db, id)
    },
  }),
]
