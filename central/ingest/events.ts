import Type, { type Static, type TSchema } from 'typebox'
import type { CentralTopic } from '#cloud-sync/contract/central-api.ts'
import { WireRecord } from '#cloud-sync/contract/messages.ts'
import type { EventKind } from '#domain/journal/events.ts'

const text = Type.String({ maxLength: 1000 })
const instant = Type.Refine(
  Type.String({ maxLength: 40 }),
  value => !Number.isNaN(Date.parse(value)),
  () => 'must be a date',
)
const source = Type.Union([Type.Literal('sensor'), Type.Literal('replay')])
const side = Type.Union([Type.Literal('cold'), Type.Literal('hot')])

const counted = Type.Object({
  drug: text,
  lot: text,
  drawer: text,
  expected: Type.Number(),
  taken: Type.Union([Type.Integer(), Type.Null()]),
  grams: Type.Number(),
})
const withdrawal = {
  session: text,
  jti: text,
  rx: text,
  actor: text,
  outcome: Type.Union([
    Type.Literal('matched'),
    Type.Literal('discrepancy'),
    Type.Literal('partial'),
    Type.Literal('abandoned'),
  ]),
  items: Type.Array(counted, { maxItems: 100 }),
}
const rule = {
  low: Type.Optional(Type.Number()),
  high: Type.Optional(Type.Number()),
  minutes: Type.Optional(Type.Number()),
  alarmLow: Type.Optional(Type.Number()),
  alarmHigh: Type.Optional(Type.Number()),
  atLimitOut: Type.Optional(Type.Array(side, { maxItems: 2 })),
  sideMinutes: Type.Optional(
    Type.Object({ cold: Type.Optional(Type.Number()), hot: Type.Optional(Type.Number()) }),
  ),
  mode: Type.Optional(
    Type.Union([Type.Literal('consecutive'), Type.Literal('cumulative'), Type.Literal('daily')]),
  ),
  windowHours: Type.Optional(Type.Number()),
  version: Type.Optional(text),
}
const excursion = { thermometer: text, excursion: text, side, start: instant, alarmAt: instant, source }

/** The kinds of which the centre keeps a projection, and what it needs of their data. More fields are welcome. */
export const PROJECTED = {
  'withdrawal.completed': Type.Object({ ...withdrawal, reason: Type.Union([text, Type.Null()]) }),
  'withdrawal.reviewed': Type.Object({ ...withdrawal, note: text }),
  'override.started': Type.Object({
    ...{
      override: text,
      session: text,
      rx: text,
      patient: text,
      prescriber: text,
      actor: text,
      reason: text,
    },
    items: Type.Array(Type.Object({ drug: text, quantity: Type.Number() }), { maxItems: 100 }),
    second: Type.Union([text, Type.Null()]),
    list: text,
  }),
  'override.matched': Type.Object({
    override: text,
    jti: Type.Union([text, Type.Null()]),
    by: text,
    note: text,
  }),
  'case.step': Type.Object({
    ...{ case: text, session: text, actor: text, reason: text, note: text },
    step: Type.Union([
      Type.Literal('explained'),
      Type.Literal('witnessed'),
      Type.Literal('closed'),
      Type.Literal('unresolvable'),
    ]),
  }),
  'temperature.record': Type.Object({
    ...{ thermometer: text, at: instant, source },
    celsius: Type.Number(),
    ...rule,
  }),
  'excursion.alarm': Type.Object({ ...excursion, limit: Type.Number(), ...rule }),
  'excursion.ended': Type.Object({
    ...excursion,
    end: instant,
    min: Type.Number(),
    max: Type.Number(),
    minutes: Type.Number(),
  }),
  'unlock.opened': Type.Object({ drawer: text }),
  'drawer.closed': Type.Object({ drawer: text }),
  'drawer.tamper': Type.Object({ drawer: text }),
  'door.changed': Type.Object({
    thermometer: text,
    state: Type.Union([Type.Literal('open'), Type.Literal('closed'), Type.Literal('unknown')]),
  }),
  'mains.changed': Type.Object({
    state: Type.Union([Type.Literal('present'), Type.Literal('absent'), Type.Literal('unknown')]),
  }),
  'temperature.fault': Type.Object({ thermometer: text, fault: text }),
  'temperature.suspect': Type.Object({ thermometer: text, text }),
  'alarm.raised': Type.Object({
    alarm: text,
    kind: text,
    level: Type.Union([Type.Literal('warning'), Type.Literal('alarm')]),
    zh: text,
    en: text,
  }),
  'alarm.cleared': Type.Object({ alarm: text }),
  'alarm.acknowledged': Type.Object({ alarm: text, actor: text, reason: text }),
  'site.key': Type.Object({ kid: text, jwk: Type.Object({ kty: text, crv: text, x: text }) }),
  'day.closed': Type.Object({
    site: text,
    day: text,
    epoch: Type.Integer(),
    fromSeq: Type.Integer(),
    toSeq: Type.Integer(),
    head: text,
    counts: Type.Object({ dispensing: Type.Integer(), alarm: Type.Integer(), record: Type.Integer() }),
    kid: text,
    signature: text,
  }),
} as const satisfies Partial<Record<EventKind, TSchema>>

/** A record of an older epoch inside a `journal.salvaged`: it is stored and projected as itself. */
export const SALVAGED = Type.Object({ record: WireRecord })

export type ProjectedKind = keyof typeof PROJECTED
export type ProjectedData<K extends ProjectedKind> = Static<(typeof PROJECTED)[K]>

export const isProjected = (kind: string): kind is ProjectedKind => Object.hasOwn(PROJECTED, kind)

/** Kinds that are known and only stored. A record, so that a new kind of the domain does not compile until it is placed. */
const STORED: Readonly<Record<Exclude<EventKind, ProjectedKind>, true>> = {
  'agent.started': true,
  'agent.stopped': true,
  'journal.opened': true,
  'journal.salvaged': true,
  'journal.pruned': true,
  'journal.overflow': true,
  'clock.jump': true,
  'plan.quarantined': true,
  'order.received': true,
  'order.refused': true,
  'person.login': true,
  'person.refused': true,
  'person.pin-changed': true,
  'person.pin-reset': true,
  'person.unlocked': true,
  'unlock.refused': true,
  'withdrawal.started': true,
  'unlock.intent': true,
  'unlock.unconfirmed': true,
  'withdrawal.counted': true,
  'withdrawal.interrupted': true,
  'discrepancy.opened': true,
  'stock.counted': true,
  'flow.deployed': true,
  'flow.refused': true,
  'flow.asked': true,
  'flow.answered': true,
  'operation.started': true,
  'operation.entered': true,
  'operation.completed': true,
  'operation.interrupted': true,
  'operation.reviewed': true,
  'session.taken-over': true,
  'person.second': true,
  'person.badge': true,
  'person.changed': true,
  'drawer.service': true,
  'shipment.received': true,
  'shipment.closed': true,
  'scan.refused': true,
  'scan.bypassed': true,
  'trace.used': true,
  'trace.reversed': true,
  'return.decided': true,
  'lot.status': true,
  'ledger.carried': true,
  'replenishment.proposed': true,
  'stock.out': true,
  'scale.drift': true,
  'break-glass.started': true,
  'key.taken': true,
  'key.returned': true,
  'downtime.entry': true,
  'case.opened': true,
  'alarm.notified': true,
  'alarm.tested': true,
  'calibration.recorded': true,
  'humidity.record': true,
  'backup.made': true,
  'backup.failed': true,
}

/** Of these kinds the centre's pages read the records themselves (`distribution/told.ts`). */
const SHOWN: Partial<Readonly<Record<keyof typeof STORED, readonly CentralTopic[]>>> = {
  'shipment.received': ['goods'],
  'shipment.closed': ['goods'],
  'operation.completed': ['goods'],
  'operation.reviewed': ['goods'],
  'lot.status': ['goods'],
  'order.refused': ['goods'],
  'replenishment.proposed': ['goods'],
}

const isStored = (kind: string): kind is keyof typeof STORED => Object.hasOwn(STORED, kind)

/** Who is to look again when a record of this kind was only stored; undefined for every other kind. */
export const storedTopics = (kind: string): readonly CentralTopic[] | undefined =>
  isStored(kind) ? (SHOWN[kind] ?? []) : undefined
