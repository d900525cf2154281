import type { ColumnType, Generated } from 'kysely'
import type { CaseTable, ExcursionTable, OverrideTable, ReconciliationTable } from './schema-views.ts'

/** timestamptz: read as ISO 8601 UTC text by both drivers (see `parsers.ts`), written as the same. */
export type Instant = string
type Counter = ColumnType<number, number | undefined, number>

/** Times that a site wrote are `text`, kept as they came; the centre's own are timestamptz. JSON that is shown or signed again is exact `text`. */
export type Database = {
  settings: { key: string; value: string }
  people: {
    id: string
    name: string
    role: string
    pin_hash: string
    must_change_pin: boolean
    failures: Counter
    locked_until: Instant | null
  }
  sessions: { token_hash: string; person: string; expires_at: Instant }
  signing_keys: { kid: string; jwk: string; created_at: Instant }
  formulary_versions: { version: string; items: string; created_at: Instant }
  sites: {
    site: string
    name: string
    kiosk_url: string | null
    secret_hash: string
    order_epoch: number
    order_head: number
  }
  site_status: {
    site: string
    online: boolean
    seen_at: Instant | null
    thermometers: string
    live_at: string | null
  }
  stock: { site: string; drawer: string; drug: string; lot: string; expiry: string; quantity: number }
  prescription_numbers: { issuer: string; rx: string; site: string; prescription: string }
  prescriptions: {
    site: string
    id: string
    rx: string
    kind: string
    status: string
    body: string
    result: string
    rules: string
    posted_at: Instant
    posted_by: string
    expires_at: Instant | null
    decided_by: string | null
    decided_at: Instant | null
    action: string | null
    reason: string | null
  }
  findings: { site: string; prescription: string; n: number; result: string; rule: string; body: string }
  releases: {
    site: string
    jti: string
    prescription: string
    fill: number
    claims: string
    order_seq: number
    expires_at: Instant
    delivered_at: Instant | null
  }
  orders: { site: string; epoch: number; seq: number; at: Instant; kind: string; body: string }
  order_ack: { site: string; epoch: number; committed: number; at: Instant }
  journal: {
    site: string
    epoch: number
    seq: number
    at: string
    mono: number
    boot: string
    clock_trusted: boolean
    class: string
    kind: string
    data: string
    prev: string
    hash: string
    stored_at: Instant
  }
  watermarks: {
    site: string
    epoch: number
    committed: number
    hash: string
    chain_ok: boolean
    fault: string | null
    at: Instant
  }
  site_keys: { site: string; kid: string; jwk: string; at: string }
  /** Those that hold: signed by the site, over the records that are stored here. */
  closings: { site: string; epoch: number; to_seq: number; day: string }
  reconciliations: ReconciliationTable
  cases: CaseTable
  case_notes: { site: string; case_id: string; n: number; by: string; at: Instant; note: string }
  overrides: OverrideTable
  excursions: ExcursionTable
  temperatures: {
    site: string
    thermometer: string
    at_ms: number
    celsius: number
    source: string
    /** As the record names them; null: of an older release. */
    low: number | null
    high: number | null
  }
  cold_marks: { site: string; subject: string; at_ms: number; what: string; said: string }
  verdicts: { site: string; thermometer: string; state: string }
  alarms: {
    site: string
    raised_by: 'centre' | 'site'
    id: string
    kind: string
    level: string
    zh: string
    en: string
    raised_at: string
    cleared_at: string | null
    acknowledged_by: string | null
    acknowledged_at: string | null
    ack_reason: string | null
  }
  refused_messages: {
    site: string
    digest: string
    topic: string
    code: string
    problem: string
    payload: string | null
    times: Generated<number>
    first_at: Instant
    last_at: Instant
  }
}
