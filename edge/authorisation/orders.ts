import type { JWK } from 'jose'
import type { Static, TSchema } from 'typebox'
import { Check } from 'typebox/value'
import { type Order, OrderBodies, type OrderKind } from '#cloud-sync/contract/messages.ts'
import type { Claims } from '#domain/authorisation/claims.ts'
import { codeOf } from '#domain/error.ts'
import type { NewEvent } from '#domain/journal/events.ts'
import type { EdgeClock } from '../clock.ts'
import { isDiskCode } from '../health/disk.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'
import type { Authorisations } from './authorisations.ts'

/** What an order does beside the journal's word that it was received: `events` are written before it takes effect. */
export type OrderEffect = {
  readonly ref: string
  readonly events?: readonly NewEvent[]
  /** Inside the order's transaction. */
  readonly apply: () => void
}
type Core = 'authorisation' | 'revocation' | 'keys' | 'formulary'
/** Who carries out the kinds that are not about authorisations. A throw refuses the order with its code. */
export type OrderHandlers = {
  readonly [K in Exclude<OrderKind, Core>]: (body: Static<(typeof OrderBodies)[K]>) => OrderEffect
}

type Bodies = {
  readonly authorisation: { readonly token: string }
  readonly revocation: { readonly jti: string; readonly reason: string }
  readonly keys: { readonly keys: readonly JWK[] }
  readonly formulary: { readonly version: string; readonly items: readonly { readonly id: string }[] }
}

/** What an order does to the site's state once it is committed, and what the journal says of it. */
type Outcome = { readonly events: readonly NewEvent[]; readonly apply: () => void }

type Options = {
  readonly db: Database
  readonly journal: Journal
  readonly clock: EdgeClock
  readonly authorisations: Authorisations
  readonly handlers: OrderHandlers
  readonly onChange: () => void
}

const isKnown = (kind: string): kind is OrderKind => Object.hasOwn(OrderBodies, kind)

/** The site's copy of the centre's orders (an `OrderSink`): order, effect and journal record commit together. */
export const createOrders = ({ db, journal, clock, authorisations, handlers, onChange }: Options) => {
  const setMeta = (key: string, value: string) =>
    db.run(
      'INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
      key,
      value,
    )
  const meta = (key: string) => db.get<{ value: string }>('SELECT value FROM meta WHERE key = ?', key)?.value

  const received = (epoch: number, order: Order, { ref, events = [], apply }: OrderEffect): Outcome => ({
    events: [
      { kind: 'order.received', data: { orderEpoch: epoch, orderSeq: order.seq, kind: order.kind, ref } },
      ...events,
    ],
    apply,
  })
  const refused = (epoch: number, order: Order, code: string, ref = ''): Outcome => ({
    events: [
      {
        kind: 'order.refused',
        data: { orderEpoch: epoch, orderSeq: order.seq, kind: order.kind, code, ref },
      },
    ],
    apply: () => {},
  })

  const authorise = async (
    epoch: number,
    order: Order,
    { token }: Bodies['authorisation'],
  ): Promise<Outcome> => {
    let claims: Claims
    try {
      // By the wall clock alone: what is refused here is gone, and the clock may yet be set right.
      claims = await authorisations.verifyOrder(token)
    } catch (error) {
      return refused(epoch, order, codeOf(error))
    }
    return received(epoch, order, { ref: claims.jti, apply: () => authorisations.store(claims, token) })
  }

  const storeItems = ({ items }: Bodies['formulary']): void => {
    for (const item of items)
      db.run('INSERT OR REPLACE INTO items VALUES (?, ?)', item.id, JSON.stringify(item))
  }

  const judge = async (epoch: number, order: Order): Promise<Outcome> => {
    if (!isKnown(order.kind)) return refused(epoch, order, 'E_ORDER_KIND')
    const schema: TSchema = OrderBodies[order.kind]
    if (!Check(schema, order.body)) return refused(epoch, order, 'E_ORDER_BODY')
    switch (order.kind) {
      case 'authorisation':
        return authorise(epoch, order, order.body as Bodies['authorisation'])
      case 'revocation': {
        const { jti, reason } = order.body as Bodies['revocation']
        return received(epoch, order, { ref: jti, apply: () => authorisations.revoke(jti, reason) })
      }
      case 'keys': {
        const { keys } = order.body as Bodies['keys']
        return received(epoch, order, { ref: '', apply: () => authorisations.trust(keys) })
      }
      case 'formulary': {
        const body = order.body as Bodies['formulary']
        return received(epoch, order, { ref: body.version, apply: () => storeItems(body) })
      }
      default: {
        const handle = handlers[order.kind] as (body: unknown) => OrderEffect
        try {
          return received(epoch, order, handle(order.body))
        } catch (error) {
          if (isDiskCode(codeOf(error))) throw error
          return refused(epoch, order, codeOf(error))
        }
      }
    }
  }

  const write = (epoch: number, order: Order, { events, apply }: Outcome): void =>
    void journal.append(events, () => {
      const { seq, at, kind, body } = order
      db.run(
        'INSERT INTO orders (epoch, seq, at, kind, body) VALUES (?,?,?,?,?)',
        epoch,
        seq,
        at,
        kind,
        JSON.stringify(body ?? null),
      )
      apply()
    })

  /** An order that cannot be carried out is kept and refused: it must not stop the ones behind it. */
  const commitOne = async (epoch: number, order: Order): Promise<void> => {
    const outcome = await judge(epoch, order)
    try {
      write(epoch, order, outcome)
    } catch (error) {
      // Not the order's fault: the centre keeps it and sends it again.
      if (isDiskCode(codeOf(error))) throw error
      write(epoch, order, refused(epoch, order, codeOf(error)))
    }
  }

  return {
    watermark: (): { epoch: number; committed: number } => {
      const row = db.get<{ epoch: number; seq: number }>(
        'SELECT epoch, seq FROM orders ORDER BY epoch DESC, seq DESC LIMIT 1',
      )
      return { epoch: row?.epoch ?? 1, committed: row?.seq ?? 0 }
    },
    /** One transaction an order: keys must count before the authorisation after them is verified. */
    commit: async (epoch: number, orders: readonly Order[], at: string): Promise<void> => {
      authorisations.time.confirm(at)
      for (const order of orders) await commitOne(epoch, order)
      if (orders.length > 0) onChange()
    },
    /** The centre says that the list is complete as of now (R21). */
    freshAt: (at: string, _head: number): void => {
      authorisations.time.confirm(at)
      // The site's own clock: an age is a difference, and two clocks would make it wrong.
      setMeta('ordersAt', clock.now().toISOString())
      onChange()
    },
    /** When the list was last known complete; null = never. */
    confirmedAt: (): string | null => meta('ordersAt') ?? null,
  }
}
