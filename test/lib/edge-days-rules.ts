/** What the auditor of a random day knows from the records alone, and the rules that a record which unlocks has to keep. */
import type { Claims } from '#domain/authorisation/claims.ts'
import type { Authority } from '#domain/authority.ts'
import type { JournalEvents } from '#domain/journal/events.ts'
import type { LotStatus, OperationKind } from '#domain/journal/events-operations.ts'
import type { Ledger } from '#domain/ledger.ts'
import { MINUTE, shanghaiDay } from '#domain/time.ts'

/** Packs and foreign things that truly lie in each drawer. */
export type Lies = {
  readonly units: ReadonlyMap<string, number>
  readonly foreign: ReadonlyMap<string, number>
}

/** A session, with what lay in the drawers when it began. */
export type Open = Lies & {
  readonly session: string
  readonly kind: OperationKind | 'withdrawal'
  readonly drawer: string | null
  readonly jti: string | null
  readonly authority: Authority | null
  entered: JournalEvents['operation.entered']['lines'] | null
}

/** What the records say of the site so far. */
export const nothingSaid = () => ({
  ledger: new Map() as Ledger,
  expiry: new Map<string, string>(),
  status: new Map<string, LotStatus>(),
  service: new Map<string, string>(),
  ordered: new Set<string>(),
  revoked: new Set<string>(),
  overrides: new Set<string>(),
  dispensed: new Set<string>(),
  ended: new Set<string>(),
  keyOut: false,
  open: undefined as Open | undefined,
  /** The newest time of them all, ms. */
  latest: 0,
})
export type Said = ReturnType<typeof nothingSaid>

export const assert: (holds: boolean, text: string) => asserts holds = (holds, text) => {
  if (!holds) throw new Error(text)
}
export const key = (...parts: readonly string[]): string => JSON.stringify(parts)
/** Which drawers a kind may open although they are not in service. */
const OPENS_OUT_OF_SERVICE: readonly (OperationKind | 'withdrawal')[] = ['count', 'test', 'break-glass']

/** What holds of every unlocking, by the records before it; `claimsOf` gives what was ordered. */
export const createRules = (said: Said, claimsOf: (jti: string) => Claims) => {
  const { service, status, expiry } = said

  const judgeOrder = (jti: string, at: string, purpose: 'take' | 'put-back'): void => {
    if (jti.startsWith('override:')) {
      assert(said.overrides.has(jti.slice('override:'.length)), `intent in the name of the unknown ${jti}`)
      return
    }
    assert(said.ordered.has(jti), `intent without an order: ${jti}`)
    assert(!said.dispensed.has(jti), `intent for ${jti}, which is dispensed`)
    if (purpose === 'put-back') return
    assert(!said.revoked.has(jti), `intent for the revoked ${jti}`)
    const { exp, nbf } = claimsOf(jti)
    // By the newest time that the site knew of: its clock may stand behind. Two minutes are granted.
    assert(said.latest + 2 * MINUTE >= nbf * 1_000, `intent for ${jti} at ${at}, before it was valid`)
    assert(Date.parse(at) <= exp * 1_000, `intent for ${jti} at ${at}, after it expired`)
  }

  return {
    intent: (data: JournalEvents['unlock.intent'], at: string): void => {
      const { open } = said
      assert(open?.session === data.session, `intent of ${data.session} while ${open?.session} is open`)
      assert(!said.keyOut, 'intent while a mechanical key is out')
      const { drawer } = data
      const out = service.get(drawer)
      if ('jti' in data) {
        assert(open.jti === data.jti, 'intent in the name of another order')
        judgeOrder(data.jti, at, data.purpose)
        if (data.purpose === 'put-back') return
        const lot = key(data.drug, data.lot, drawer)
        assert(out === undefined, `picked from ${drawer}, which is ${out}`)
        assert(status.get(lot) === 'available', `picked ${lot}, which is ${status.get(lot)}`)
        assert((expiry.get(lot) ?? '') >= shanghaiDay(new Date(at)), `picked ${lot}, which has expired`)
        return
      }
      assert(JSON.stringify(data.authority) === JSON.stringify(open.authority), 'intent by another authority')
      assert(data.drawer === open.drawer, `intent for ${drawer} in a session of ${open.drawer}`)
      // A session that has its drawer open already goes on although the drawer is forced meanwhile.
    },
    start: (data: JournalEvents['operation.started']): void => {
      const out = service.get(data.drawer)
      assert(
        out === undefined || OPENS_OUT_OF_SERVICE.includes(data.operation),
        `${data.operation} began in ${data.drawer}, which is ${out}`,
      )
    },
  }
}
