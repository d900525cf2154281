/** What each record changes in what the auditor of a random day knows. */
import type { CountedItem, EventKind, JournalEvents } from '#domain/journal/events.ts'
import { assert, type createRules, key, type Lies, type Open, type Said } from './edge-days-rules.ts'

export type Event = {
  readonly [K in EventKind]: { readonly kind: K; readonly data: JournalEvents[K] }
}[EventKind]

/** Orders, keys, drawers and lots: what may be done. */
export const followStanding = (said: Said, event: Event): void => {
  const { service, status, expiry } = said
  switch (event.kind) {
    case 'order.received':
      if (event.data.kind === 'authorisation') said.ordered.add(event.data.ref)
      if (event.data.kind === 'revocation') said.revoked.add(event.data.ref)
      return
    case 'override.started':
      said.overrides.add(event.data.override)
      return
    case 'key.taken':
    case 'key.returned':
      said.keyOut = event.kind === 'key.taken'
      return
    case 'drawer.service':
      if (event.data.service === 'in-service') service.delete(event.data.drawer)
      else service.set(event.data.drawer, event.data.service)
      return
    case 'stock.counted': {
      const { drug, lot, drawer } = event.data
      if (status.has(key(drug, lot, drawer))) return
      expiry.set(key(drug, lot, drawer), event.data.expiry)
      status.set(key(drug, lot, drawer), 'available')
      return
    }
    case 'lot.status':
      status.set(key(event.data.drug, event.data.lot, event.data.drawer), event.data.status)
      return
    case 'operation.completed':
    case 'operation.reviewed':
      for (const { drug, lot, drawer, ...rest } of event.data.lots ?? [])
        if (!expiry.has(key(drug, lot, drawer))) {
          expiry.set(key(drug, lot, drawer), rest.expiry)
          status.set(key(drug, lot, drawer), rest.status)
        }
      return
    default:
  }
}

/** Who holds the end of a session against the world. */
export type Judges = {
  readonly withdrawal: (one: Open, items: readonly CountedItem[], reviewed: boolean) => void
  readonly operation: (one: Open, data: JournalEvents['operation.completed']) => void
}
type Reading = {
  readonly said: Said
  readonly rules: ReturnType<typeof createRules>
  /** What lies in the drawers where a session begins now. */
  readonly lies: () => Lies
  readonly judges: Judges
  /** Called at the end of a session; `judge` may run once all that was written with it is read. */
  readonly onEnd: (judge: () => void) => void
}

/** Sessions: each begins once, opens by the rules, ends once. */
export const createFollower = ({ said, rules, lies, judges, onEnd }: Reading) => {
  const { dispensed, ended } = said
  const begin = (one: Omit<Open, 'units' | 'foreign' | 'entered'>): void => {
    assert(said.open === undefined, `${one.kind} began while a ${said.open?.kind} is open`)
    assert(!ended.has(one.session), `${one.session} began twice`)
    said.open = { ...one, ...lies(), entered: null }
  }
  const end = (session: string): Open => {
    const one = said.open
    assert(one?.session === session, `${session} ended, but ${one?.session ?? 'nothing'} is open`)
    assert(!ended.has(session), `${session} ended twice`)
    ended.add(session)
    said.open = undefined
    return one
  }
  return (event: Event, at: string): void => {
    switch (event.kind) {
      case 'withdrawal.started': {
        const { session, jti } = event.data
        assert(!dispensed.has(jti), `${jti} began again after it was dispensed`)
        begin({ session, jti, kind: 'withdrawal', drawer: null, authority: null })
        return
      }
      case 'operation.started': {
        const { session, operation, drawer, authority } = event.data
        rules.start(event.data)
        begin({ session, jti: null, kind: operation, drawer, authority })
        return
      }
      case 'operation.entered':
        if (said.open) said.open.entered = event.data.lines
        return
      case 'unlock.intent':
        rules.intent(event.data, at)
        return
      case 'withdrawal.completed':
      case 'withdrawal.reviewed': {
        const { session, jti, items, outcome } = event.data
        const one = end(session)
        onEnd(() => judges.withdrawal(one, items, event.kind === 'withdrawal.reviewed'))
        if (outcome !== 'abandoned') dispensed.add(jti)
        return
      }
      case 'operation.completed':
      case 'operation.reviewed': {
        const one = end(event.data.session)
        const { data } = event
        onEnd(() => judges.operation(one, data))
        return
      }
      default:
    }
  }
}
