import type { Authority, CountCause } from '../authority.ts'
import type { Action, Role } from '../people/actions.ts'

/** What a shipment note (送货单) promises. `packGrams` and `packCv`: this lot's own pack, null = found at the drawer. */
export type ShipmentLine = {
  readonly line: number
  readonly drug: string
  readonly lot: string
  /** Last usable calendar day, `YYYY-MM-DD`. */
  readonly expiry: string
  readonly quantity: number
  readonly packGrams: number | null
  readonly packCv: number | null
}

/** One door opened for the work around withdrawals (`edge/operations`); one session is one drawer. */
export type OperationKind = 'restock' | 'count' | 'return' | 'return-check' | 'waste' | 'test' | 'break-glass'
export type Door = {
  readonly session: string
  readonly operation: OperationKind
  readonly drawer: string
}

/**
 * A change of the ledger: `quantity` packs more (or, negative, fewer) of a lot in a drawer. Stock is the sum of these and
 * of what withdrawals took, by construction (`domain/ledger.ts`).
 */
export type Movement = {
  readonly drug: string
  readonly lot: string
  readonly drawer: string
  readonly quantity: number
}

/** A lot's row in a drawer. `reference`: packs that were weighed to learn the mean. */
export type NewLot = {
  readonly drug: string
  readonly lot: string
  readonly drawer: string
  readonly expiry: string
  readonly packGrams: number
  readonly packCv: number
  readonly reference: number
  readonly status: LotStatus
}

/** done 完成 · discrepancy 差异 · cancelled 取消: nothing moved. */
export type OperationOutcome = 'done' | 'discrepancy' | 'cancelled'

export type LotStatus = 'available' | 'quarantined' | 'recalled' | 'returned'

/** How warm or cold it was, and for how long: °C, `mkt` the mean kinetic temperature, null where it cannot be said. */
export type ExcursionFigures = {
  readonly minutes: number
  readonly min: number | null
  readonly max: number | null
  readonly mkt: number | null
  readonly side?: 'cold' | 'hot'
}
/** What the manufacturer allows: so many minutes up to so many °C, and where it was too cold down to how many. */
export type Stability = {
  readonly minutes: number
  readonly maxCelsius: number
  readonly minCelsius?: number
  readonly mkt?: number
}

/** What releases goods although the stability figures do not cover what they went through. */
export type ReleaseException = 'centre-release'
export type JournalStability = {
  readonly seen: readonly ExcursionFigures[]
  readonly allowed: Stability | null
  /** On what word beside the figures: the centre's, in writing. */
  readonly exception?: ReleaseException
}

/** What the work around withdrawals writes down: operations, stock, people, cases. */
export type OperationEvents = {
  'operation.started': Door & {
    readonly actor: string
    readonly authority: Authority
    readonly orderListAt: string | null
    /** R20, of waste: what the lot went through; absent = no excursion that is on record. */
    readonly wentThrough?: readonly ExcursionFigures[]
  }
  /** A person's own figures (R8: each attempt is a record of its own), by lot. `measured`: what the scale says, if it can. */
  'operation.entered': Door & {
    readonly actor: string
    readonly attempt: number
    readonly lines: readonly {
      readonly drug: string
      readonly lot: string
      readonly entered: number
      readonly measured: number | null
    }[]
  }
  'operation.completed': Door & {
    readonly actor: string
    readonly authority: Authority
    readonly outcome: OperationOutcome
    readonly movements: readonly Movement[]
    /** Lots that these movements may have brought to a drawer, with their own pack as it was found. */
    readonly lots?: readonly NewLot[]
    readonly witness: string | null
    readonly reason: string | null
  }
  'operation.interrupted': Door & {
    readonly code: string
    readonly position: string
    readonly grams: number | null
  }
  /** A person closed what was interrupted, by figures and note. */
  'operation.reviewed': OperationEvents['operation.completed'] & { readonly note: string }
  /** Somebody else goes on with a session. */
  'session.taken-over': {
    readonly session: string
    readonly from: string
    readonly by: string
    readonly reason: string
  }
  /** Another person signed for one act (R10, R12, R16, R17). */
  'person.second': { readonly person: string; readonly with: string; readonly act: Action }
  /** Role or competency follow the configuration at a start. */
  'person.changed': { readonly person: string; readonly role: Role; readonly competentUntil: string | null }
  'person.badge': { readonly person: string; readonly by: string; readonly set: boolean }
  /** R7, R18: `needs-count` and `out-of-service` drawers are not picked from. */
  'drawer.service': {
    readonly drawer: string
    readonly service: 'in-service' | 'needs-count' | 'out-of-service'
    readonly cause: CountCause | 'tries' | 'person' | 'counted' | 'tried' | 'opened' | 'drift'
    readonly actor: string | null
    /** A person's word for it. */
    readonly reason?: string
  }
  'shipment.received': {
    readonly shipment: string
    readonly note: string
    readonly source: 'centre' | 'paper'
    readonly actor: string | null
    readonly lines: readonly ShipmentLine[]
  }
  'shipment.closed': {
    readonly shipment: string
    readonly actor: string
    readonly reason: string | null
    readonly missing: readonly { readonly line: number; readonly quantity: number }[]
  }
  /** Something was read by a scanner, or could not be (R13): `code` is null when it was understood. */
  'scan.refused': { readonly actor: string; readonly code: string; readonly text: string }
  'scan.bypassed': {
    readonly actor: string
    readonly session: string
    readonly reason: string
    readonly witness: string | null
  }
  /** A whole pack's trace code left the cabinet, or came back (RULES.md, "Drug identity"). */
  'trace.used': {
    readonly code: string
    readonly drug: string
    readonly lot: string | null
    readonly session: string
  }
  'trace.reversed': {
    readonly code: string
    readonly actor: string
    readonly return: string
    readonly reason: string
  }
  'return.decided': {
    readonly return: string
    readonly actor: string
    /** `lost`: its packs were never found again; what the ledger had of them and a case follow in the same transaction. */
    readonly decision: 'restock' | 'waste' | 'lost'
    readonly reason: string
  }
  /** R14, R20: `from` any status of a lot in one drawer. `cause` names the order, the excursion or the person's reason. */
  'lot.status': {
    readonly drug: string
    readonly lot: string
    readonly drawer: string
    readonly status: LotStatus
    readonly actor: string | null
    readonly cause: string
    /** Ids of what stands behind it (excursions, separated by spaces; a recall), for the record. */
    readonly ref: string | null
    /** R20, of a release after an excursion: what the goods went through, and what the person says they bear. */
    readonly stability?: JournalStability
  }
  /**
   * The ledger's balance as the table had it, where the records before are not here: after a damaged journal, or before
   * retention drops them. Part 1 of `parts` starts the ledger anew.
   */
  'ledger.carried': {
    readonly part: number
    readonly parts: number
    readonly lines: readonly Movement[]
  }
  /** R15. Proposed once until the stock is above par again. */
  'replenishment.proposed': {
    readonly drug: string
    readonly quantity: number
    readonly inStock: number
    readonly par: number
  }
  'stock.out': { readonly drug: string }
  /** The weight of a closed drawer wandered without a door session. */
  'scale.drift': { readonly drawer: string; readonly fromGrams: number; readonly grams: number }
  /** R2, R3: names the order that is not reviewed yet. */
  'override.started': {
    readonly override: string
    readonly session: string
    readonly rx: string
    readonly patient: string
    readonly prescriber: string
    readonly items: readonly { readonly drug: string; readonly quantity: number }[]
    readonly actor: string
    readonly second: string | null
    readonly reason: string
    readonly list: string
  }
  'override.matched': {
    readonly override: string
    readonly jti: string | null
    readonly by: string
    readonly note: string
  }
  'break-glass.started': {
    readonly glass: string
    readonly session: string
    readonly drawer: string
    readonly actor: string
    readonly second: string
    readonly reason: string
  }
  /** R16: the mechanical keys. */
  'key.taken': {
    readonly custody: string
    readonly person: string
    readonly second: string
    readonly reason: string
  }
  'key.returned': { readonly custody: string; readonly person: string; readonly second: string }
  /** R16: what was handed out while the cabinet was down, written down later with its original time and two names. */
  'downtime.entry': {
    readonly entry: string
    readonly custody: string
    readonly at: string
    readonly rx: string
    readonly patient: string
    readonly items: readonly Movement[]
    readonly actor: string
    readonly second: string
  }
  'case.opened': {
    readonly case: string
    readonly session: string
    readonly drug: string
    readonly lot: string
    readonly drawer: string
    readonly expected: number
    readonly found: number | null
    readonly actor: string
  }
  /** R9: explained, witnessed, closed, unresolvable. `note` as the person wrote it. */
  'case.step': {
    readonly case: string
    /** The withdrawal or operation it came from: the centre knows it by that. */
    readonly session: string
    readonly step: 'explained' | 'witnessed' | 'closed' | 'unresolvable'
    readonly actor: string
    readonly reason: string
    readonly note: string
  }
}
