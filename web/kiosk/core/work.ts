import type { Text } from '#cloud-sync/contract/edge-api.ts'
import type {
  OperationAction,
  OperationRequest,
  OperationView,
} from '#cloud-sync/contract/edge-operations.ts'
import type { ReasonsView } from '#cloud-sync/contract/edge-people.ts'
import type { Action } from '#domain/people/actions.ts'
import type { Api } from '../../shared/api.ts'
import { isOperation } from './follow.ts'
import { t } from './i18n.ts'
import { hindranceOf } from './may.ts'
import type { Runner } from './runner.ts'
import type { Second } from './second.ts'
import type { Session } from './session.ts'
import type { Readable, Store } from './store.ts'

export type ReasonList = keyof ReasonsView
export type Work = {
  /** Why the person here may not do this, in words; null = they may. */
  readonly whyNot: (action: Action) => string | null
  /** Begins the work at a drawer; the page of the open session shows itself. `what`: for a second person's eyes. */
  readonly startOperation: (request: OperationRequest, what: string) => Promise<boolean>
  readonly operate: (action: OperationAction, body?: unknown) => Promise<boolean>
  /** Posts, then reads again what it changes. */
  readonly send: (path: string, body: unknown, ...reread: readonly Readable[]) => Promise<boolean>
  readonly reasonsFor: (list: ReasonList) => readonly { readonly code: string; readonly text: Text }[]
}

type Options = {
  readonly api: Api
  readonly store: Store
  readonly session: Session
  readonly runner: Runner
  readonly second: Second
}

/** What a second person signs for. A test is part of a drawer's service. */
const actOf = ({ kind }: OperationRequest): Action => (kind === 'test' ? 'drawer-service' : kind)

/** What pages do besides withdrawals. */
export const createWork = ({ api, store, session, runner, second }: Options): Work => {
  const begin = async (path: string, body: unknown): Promise<void> => {
    const answer = await api.post<OperationView | null>(path, body)
    if (isOperation(answer)) store.set('operation', answer)
    else await store.read('operation')
  }
  return {
    whyNot: action => {
      const { value } = session.login
      const hindrance = value ? hindranceOf(value, action) : null
      if (!hindrance) return null
      return hindrance.why === 'competency'
        ? t('may.competency')
        : t('may.role', { roles: hindrance.roles.map(role => t(`role.${role}`)).join(t('or')) })
    },
    startOperation: (request, what) =>
      second.withSecond(actOf(request), what, ticket =>
        begin('/api/operations', ticket === undefined ? request : { ...request, second: ticket }),
      ),
    operate: (action, body = {}) => {
      const id = store.data.operation?.session ?? ''
      return runner.run(() => begin(`/api/operations/${encodeURIComponent(id)}/${action}`, body))
    },
    send: (path, body, ...reread) =>
      runner.run(async () => {
        await api.post(path, body)
        await Promise.all(reread.map(store.read))
      }),
    reasonsFor: list => store.data.reasons?.[list] ?? [],
  }
}
