import Type from 'typebox'
import type { RxStatus } from '#cloud-sync/contract/central-api.ts'
import { Prescription } from '#domain/prescription.ts'
import { currentFormulary } from '../formulary/formulary.ts'
import { refill } from '../release/refill.ts'
import { approve, revoke } from '../release/release.ts'
import { returnPrescription } from '../review/decide.ts'
import { postPrescription } from '../review/post.ts'
import { findPrescription, listPrescriptions } from '../review/views.ts'
import type { ApiDeps } from './deps.ts'
import { type Route, route } from './route.ts'
import { FormularySchema, RxSchema, RxStatusSchema } from './schemas.ts'

const params = Type.Object({ id: Type.String({ minLength: 1, maxLength: 80 }) })
const decision = Type.Object({ reason: Type.Optional(Type.String({ maxLength: 500 })) })
const filter = Type.Object({
  status: Type.Optional(RxStatusSchema),
  site: Type.Optional(Type.String({ maxLength: 32 })),
})

const reading = (deps: ApiDeps): readonly Route[] => {
  const { db, clock } = deps
  return [
    route({
      method: 'GET',
      url: '/api/prescriptions',
      summary: '处方列表 prescriptions, at most 500, newest first; with status=waiting oldest first',
      access: 'prescription.read',
      query: filter,
      answer: Type.Array(RxSchema),
      handle: ({ query: { status, site } }) =>
        listPrescriptions(db, { status: status as RxStatus | undefined, site }, clock.now()),
    }),
    route({
      method: 'GET',
      url: '/api/prescriptions/:id',
      summary: '处方 one prescription with findings, decision, release and reconciliation',
      access: 'prescription.read',
      params,
      answer: RxSchema,
      handle: ({ params: { id } }) => findPrescription(db, id, clock.now()),
    }),
    route({
      method: 'GET',
      url: '/api/formulary',
      summary: '统一用药目录 the formulary in force',
      access: 'formulary.read',
      answer: FormularySchema,
      handle: () => currentFormulary(db),
    }),
  ]
}

type Step = (
  deps: ApiDeps,
  call: { id: string; by: string; name: string; reason: string | undefined },
) => Promise<void>

const STEPS: Readonly<Record<string, { readonly summary: string; readonly step: Step }>> = {
  approve: {
    summary: '通过 approve: sign and order',
    step: async (deps, { id, ...decider }) =>
      approve(deps, await findPrescription(deps.db, id, deps.clock.now()), decider),
  },
  return: {
    summary: '退回 return to the prescriber',
    step: async (deps, { id, ...decider }) =>
      returnPrescription(deps, await findPrescription(deps.db, id, deps.clock.now()), decider),
  },
  refill: {
    summary: '续方 release the next fill of a repeatable prescription',
    step: async (deps, { id, ...decider }) =>
      refill(deps, await findPrescription(deps.db, id, deps.clock.now()), decider),
  },
  revoke: {
    summary: '撤销 take a release back',
    step: async (deps, { id, ...decider }) =>
      revoke(deps, await findPrescription(deps.db, id, deps.clock.now()), decider),
  },
}

const deciding = (deps: ApiDeps): readonly Route[] =>
  Object.entries(STEPS).map(([action, { summary, step }]) =>
    route({
      method: 'POST',
      url: `/api/prescriptions/:id/${action}`,
      summary,
      access: 'prescription.decide',
      params,
      body: decision,
      answer: RxSchema,
      handle: async ({ params: { id }, body: { reason }, person }) => {
        await step(deps, { id, by: person.id, name: person.name, reason })
        return findPrescription(deps.db, id, deps.clock.now())
      },
    }),
  )

const posting = (deps: ApiDeps): Route =>
  route({
    method: 'POST',
    url: '/api/prescriptions',
    summary: '提交处方 post a prescription; it is reviewed by the rules at once',
    access: 'prescription.post',
    body: Prescription,
    invalid: 'E_RX_INVALID',
    answer: RxSchema,
    status: 201,
    handle: async ({ body, raw, person }) => {
      const id = await postPrescription(deps, { prescription: body, raw, by: person.id })
      return findPrescription(deps.db, id, deps.clock.now())
    },
  })

export const prescriptionRoutes = (deps: ApiDeps): readonly Route[] => [
  posting(deps),
  ...reading(deps),
  ...deciding(deps),
]
