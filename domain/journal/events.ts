import type { Authority } from '../authority.ts'
import type { SaidRule } from '../cold-chain/said-rule.ts'
import type { SignedClosing, SiteJwk } from './closing.ts'
import type { Door, OperationEvents, OperationKind } from './events-operations.ts'
import type { WatchEvents } from './events-watch.ts'
import type { JournalRecord, RecordClass } from './record.ts'

/** Outcome of one item of a withdrawal: what the order asked for and what the scales say was taken. */
export type CountedItem = {
  readonly drug: string
  readonly lot: string
  readonly drawer: string
  readonly expected: number
  /** Whole packs taken; null when the weight is no whole number of packs (unknown object). */
  readonly taken: number | null
  /** Signed weight lost by the drawer in this door session, grams. */
  readonly grams: number
}

/** matched 相符 · discrepancy 差异 · partial: less was taken on purpose · abandoned: nothing was opened. */
export type WithdrawalOutcome = 'matched' | 'discrepancy' | 'partial' | 'abandoned'

/** What the cabinet could not give of a prescription, and why the patient takes the rest. */
export type Shortage = {
  readonly reason: string
  readonly missing: readonly { readonly drug: string; readonly quantity: number }[]
}

type Session = { readonly session: string; readonly jti: string; readonly rx: string }
type Step = Session & { readonly step: number; readonly drawer: string }

type CoreEvents = {
  'agent.started': { readonly version: string; readonly recovered: readonly string[] }
  'agent.stopped': { readonly reason: string }
  /** First record of an epoch. `previousEpoch` was damaged; `missing`: its numbers that could not be read, as ranges. */
  'journal.opened': {
    readonly previousEpoch: number | null
    readonly quarantined: string | null
    readonly missing: readonly (readonly [from: number, to: number])[]
    /** Tables of what was handed out beside the orders that could not be read wholly: people reconcile them. */
    readonly lost?: readonly string[]
  }
  /** A record of a damaged epoch that the centre has not confirmed, exactly as it was. */
  'journal.salvaged': { readonly record: JournalRecord }
  /** Retention dropped all records of these classes of one closed day. */
  'journal.pruned': {
    readonly day: string
    readonly fromSeq: number
    readonly toSeq: number
    readonly classes: readonly RecordClass[]
    readonly rows: number
  }
  /** The disk refused for so long that memory could hold no more: so many records of this kind are lost. */
  'journal.overflow': { readonly kind: string; readonly lost: number; readonly since: string }
  'site.key': { readonly kid: string; readonly jwk: SiteJwk }
  'day.closed': SignedClosing
  /** Wall and monotonic clock came apart by `seconds` (ahead: positive) since they were last compared. */
  'clock.jump': { readonly from: string; readonly to: string; readonly seconds: number }
  'plan.quarantined': { readonly file: string; readonly problems: readonly string[] }
  'order.received': {
    readonly orderEpoch: number
    readonly orderSeq: number
    readonly kind: string
    readonly ref: string
  }
  'order.refused': {
    readonly orderEpoch: number
    readonly orderSeq: number
    readonly kind: string
    readonly code: string
    readonly ref: string
  }
  'person.login': { readonly person: string }
  'person.refused': { readonly person: string; readonly code: string }
  'person.pin-changed': { readonly person: string }
  /** A forgotten PIN: somebody with the machine in hand gave a new first one, with the agent stopped. */
  'person.pin-reset': { readonly person: string; readonly by: string }
  /** Another person lifted the lock of too many wrong PINs. */
  'person.unlocked': { readonly person: string; readonly by: string }
  'unlock.refused': {
    readonly actor: string
    readonly code: string
    readonly jti: string | null
    readonly rx: string | null
    /** What was asked for, where it was no withdrawal. */
    readonly operation?: OperationKind
    readonly drawer?: string
  }
  'withdrawal.started': Session & {
    readonly actor: string
    readonly orderListAt: string | null
    /** Less than prescribed is there, and a person wants what is: absent = all of it is promised. */
    readonly partial?: Shortage
  }
  /** `orderListAt`: R21, when the order list was last known complete. */
  'unlock.intent':
    | (Step & {
        readonly orderListAt: string | null
        readonly actor: string
        readonly drug: string
        readonly lot: string
        readonly expected: number
        readonly beforeGrams: number
        readonly purpose: 'take' | 'put-back'
      })
    | (Door & {
        readonly orderListAt: string | null
        readonly actor: string
        readonly authority: Authority
        readonly beforeGrams: number | null
      })
  'unlock.opened': Step | Door
  'unlock.unconfirmed': (Step | Door) & { readonly code: string }
  'drawer.closed':
    | (Step & { readonly beforeGrams: number; readonly afterGrams: number })
    | (Door & { readonly beforeGrams: number | null; readonly afterGrams: number | null })
  'withdrawal.counted': Step & CountedItem
  'withdrawal.completed': Session & {
    readonly actor: string
    readonly outcome: WithdrawalOutcome
    readonly items: readonly CountedItem[]
    readonly reason: string | null
    readonly partial?: Shortage
  }
  'withdrawal.interrupted': Session & {
    readonly code: string
    readonly drawers: readonly {
      readonly drawer: string
      readonly position: string
      readonly grams: number | null
    }[]
  }
  'withdrawal.reviewed': Session & {
    readonly actor: string
    readonly outcome: WithdrawalOutcome
    readonly items: readonly CountedItem[]
    readonly note: string
    readonly partial?: Shortage
  }
  'discrepancy.opened': Session & CountedItem & { readonly case: string; readonly actor: string }
  'drawer.tamper': { readonly drawer: string }
  'stock.counted': {
    readonly actor: string
    readonly drug: string
    readonly lot: string
    readonly drawer: string
    readonly quantity: number
    readonly expiry: string
    readonly packGrams: number
    readonly packCv: number
    /** Packs that were weighed to learn `packGrams`; unsaid = ten. */
    readonly reference?: number
  }
  'temperature.record': {
    readonly thermometer: string
    readonly at: string
    readonly celsius: number
    readonly source: 'sensor' | 'replay'
    /** Version of the calibration by which it was corrected (`calibration.recorded`); unsaid = none on record. */
    readonly calibration?: number
    // And the rule in force: whoever reads the record judges it by the same.
  } & Partial<SaidRule>
  'temperature.fault': { readonly thermometer: string; readonly at: string; readonly fault: string }
  /** A reading that is hard to believe; it counts all the same (`domain/cold-chain/quality.ts`). */
  'temperature.suspect': {
    readonly thermometer: string
    readonly what: 'stuck' | 'moving-again' | 'jump' | 'clock-set'
    readonly at: string
    readonly text: string
  }
  'excursion.alarm': {
    readonly thermometer: string
    readonly excursion: string
    readonly side: 'cold' | 'hot'
    readonly start: string
    readonly alarmAt: string
    readonly limit: number
    readonly source: 'sensor' | 'replay'
    /** Where minutes add up: of the runs before that count with this one and that no excursion tells of. Minutes, °C. */
    readonly earlier?: { readonly minutes: number; readonly min: number; readonly max: number }
    // And the rule in force; `minutes` are those of this side.
  } & Partial<Omit<SaidRule, 'sideMinutes'>>
  'excursion.ended': {
    readonly thermometer: string
    readonly excursion: string
    readonly side: 'cold' | 'hot'
    readonly start: string
    readonly alarmAt: string
    readonly end: string
    readonly min: number
    readonly max: number
    readonly minutes: number
    /** °C·min beyond the limit. */
    readonly degreeMinutes?: number
    readonly source: 'sensor' | 'replay'
    /** `gap`: nothing is known of what came after. The last two are a person's word. */
    readonly how?: 'in-range' | 'gap' | 'other-side' | 'sensor-lost' | 'sensor-replaced'
    readonly closedBy?: string
    readonly reason?: string
  }
  'alarm.raised': {
    readonly alarm: string
    readonly kind: string
    readonly level: 'warning' | 'alarm'
    readonly zh: string
    readonly en: string
  }
  'alarm.cleared': { readonly alarm: string }
  'alarm.acknowledged': { readonly alarm: string; readonly actor: string; readonly reason: string }
  'flow.deployed': {
    readonly user: string
    readonly version: number
    readonly added: number
    readonly removed: number
    readonly changed: number
  }
  'flow.refused': { readonly user: string; readonly code: string }
  'flow.asked': { readonly ask: string; readonly source: string; readonly text: string }
  'flow.answered': { readonly ask: string; readonly by: string }
}

/** Everything a site writes down. One entry per kind: its data. R19: refused accesses too. */
export type JournalEvents = CoreEvents & OperationEvents & WatchEvents

export type EventKind = keyof JournalEvents

/** An event before it is in the journal. */
export type NewEvent = {
  readonly [K in EventKind]: { readonly kind: K; readonly data: JournalEvents[K] }
}[EventKind]

/**
 * Retention class of an event, by the first part of its kind. What nobody placed is kept longest: a new kind is never
 * dropped early because it was forgotten here.
 */
export const classOf = (kind: EventKind): RecordClass => {
  if (/^(agent|backup|clock|door|flow|humidity|person|plan|scan|temperature)\./.test(kind)) return 'record'
  if (/^(alarm|excursion)\./.test(kind)) return 'alarm'
  return 'dispensing'
}
