import type { OperationRequest, OperationView } from '#cloud-sync/contract/edge-operations.ts'
import type { RunningEdge } from '#edge/main.ts'
import { type Answer, type Ask, FIRST_PIN, PIN } from './edge-township.ts'
import { until } from './hardware-wait.ts'

export const operationOf = async (ask: Ask): Promise<OperationView> =>
  (await ask('/api/operations/current')).body as unknown as OperationView

/** Waits until the operation stands like this, or is `finished` or in `review`. */
export const untilPhase = async (ask: Ask, ...phases: readonly string[]): Promise<OperationView> => {
  let view = await operationOf(ask)
  await until(
    `the operation to be ${phases.join(' or ')}`,
    async () => {
      view = await operationOf(ask)
      return phases.includes(view.phase)
    },
    60_000,
  )
  return view
}

/** Begins one and waits for its drawer. */
export const openFor = async (ask: Ask, request: OperationRequest): Promise<OperationView> => {
  const begun = await ask('/api/operations', request)
  if (begun.status !== 200) throw new Error(JSON.stringify(begun.body))
  return untilPhase(ask, 'open')
}

export const actOn = (ask: Ask, session: string, action: string, body: object = {}): Promise<Answer> =>
  ask(`/api/operations/${session}/${action}`, body)

/** Ticket of a second person, who has changed the first PIN. */
export const ticketOf = async (ask: Ask, person: string, act: string): Promise<string> => {
  for (const pin of [PIN, FIRST_PIN]) {
    const { status, body } = await ask('/api/second', { person, pin, act })
    if (status === 200) return String(body.ticket)
  }
  throw new Error(`${person} could not sign`)
}

export const ledgerOf = (edge: RunningEdge, drug: string, lot: string, drawer: string): number | undefined =>
  edge.agent.stock.lot(drug, lot, drawer)?.quantity

export const count = (drawer: string) => ({ kind: 'count', drawer }) as const

/** So many packs of metformin, as a person enters them. */
export const metformin = (quantity: number, lot = 'M1') => ({ drug: 'metformin-500', lot, quantity })
export const figures = (quantity: number) => ({ lines: [metformin(quantity)] })
