/**
 * What the agent's HTTP API answers to the kiosk. All times are ISO 8601 UTC; weights are grams; texts for people
 * come in both languages. Errors of either API: HTTP status ≥ 400 with `ApiError`.
 */
import type { WithdrawalOutcome } from '#domain/journal/events.ts'
import type { Action, Role } from '#domain/people/actions.ts'

export type Text = { readonly zh: string; readonly en: string }
export type ApiError = {
  readonly code: string
  readonly message: Text
  readonly wayOut?: Text
  readonly problems?: readonly string[]
}

/** GET /api/site, without login. */
export type SiteView = {
  readonly site: string
  readonly county: string
  readonly name: string
  readonly version: string
  readonly now: string
  readonly link: 'up' | 'down'
  /** When the order list was last confirmed by the centre (R21); null = never. */
  readonly ordersAt: string | null
  readonly clockTrusted: boolean
  /** Records the centre has not confirmed yet. */
  readonly unsent: number
  /** Demo only: where the hand panel reaches the simulated cabinet. */
  readonly handUrl: string | null
  readonly flows: 'starting' | 'ready' | 'restarting' | 'safe-mode' | 'stopped' | 'off'
}

export type { Role } from '#domain/people/actions.ts'
/** GET /api/people, without login: who may log in here. */
export type PersonView = {
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly mustChangePin: boolean
  /** Last day of licence or training, `YYYY-MM-DD`; null = not limited. */
  readonly competentUntil: string | null
  /** Too many wrong PINs: nobody gets in under this name before then; null = not locked. */
  readonly lockedUntil: string | null
}
/**
 * POST /api/login {person, pin} → LoginView. Then `Authorization: Bearer token`. POST /api/logout. A newer login of the same
 * person ends the older (401 `E_LOGIN` there). POST /api/pin {pin, newPin} → PersonView; the login goes on.
 * POST /api/people/{id}/unlock {} → PersonView: another pharmacist lifts the lock (403 `E_PERSON_SELF` for one's own).
 */
export type LoginView = {
  readonly token: string
  readonly person: PersonView
  readonly idleMinutes: number
  readonly may: readonly Action[]
}

/** GET /api/prescriptions → PrescriptionView[] (newest first). */
export type PrescriptionView = {
  readonly jti: string
  readonly rx: string
  readonly kind: string
  readonly fill: number
  readonly patient: { readonly name: string; readonly birthYear: number | null }
  readonly prescriber: string
  readonly receivedAt: string
  readonly validFrom: string
  readonly expiresAt: string
  readonly status: 'waiting' | 'in-progress' | 'dispensed' | 'revoked' | 'expired' | 'review'
  readonly items: readonly {
    readonly drug: string
    readonly name: string
    readonly spec: string
    readonly quantity: number
    readonly unit: string
    readonly dosing: string
    readonly drawer: string | null
    readonly inStock: number
  }[]
}

export type StepStatus =
  | 'waiting'
  | 'unlocking'
  | 'open'
  | 'weighing'
  | 'over'
  | 'under'
  | 'unknown-object'
  | 'count'
  /** The right number by weight, but the scanner says another. */
  | 'scan-count'
  | 'done'
  | 'failed'
export type StepView = {
  readonly step: number
  readonly drawer: string
  readonly drug: string
  readonly name: string
  readonly spec: string
  readonly unit: string
  readonly lot: string
  readonly expiry: string
  readonly expected: number
  /** Packs taken so far (judged with the drawer closed); null = unknown object or not yet. */
  readonly taken: number | null
  /** Packs scanned so far. */
  readonly scanned: number
  /** Every pack of it must be scanned. */
  readonly scanRequired: boolean
  readonly status: StepStatus
}

/**
 * GET /api/withdrawals/current → WithdrawalView | null. POST /api/withdrawals {jti} or {token} (a compact JWS, or the
 * `RX1:` text of a slip) starts one; with `partial: reason` it takes what is there when the stock is short (409 `E_STOCK_SHORT`,
 * `E_DRAWER_SERVICE` without it). `actions` are the only ones the kiosk may offer now, each POST /api/withdrawals/{session}/{action}:
 * - `unlock` {} unlock the current step's drawer
 * - `put-back` {} unlock it again to put back or take the rest
 * - `accept` {reason} keep the difference: over/unknown → discrepancy case, under → partial
 * - `cancel` {reason} before anything was taken
 * - `review` {note, taken: {[step]: number}} a person closes an interrupted withdrawal
 */
export type WithdrawalAction = 'unlock' | 'put-back' | 'accept' | 'cancel' | 'review'
export type WithdrawalView = {
  readonly session: string
  readonly jti: string
  readonly rx: string
  readonly patient: string
  readonly actor: string
  readonly startedAt: string
  readonly status: 'running' | 'review' | 'finished'
  readonly outcome: WithdrawalOutcome | null
  readonly steps: readonly StepView[]
  /** Index of the current step. */
  readonly current: number
  /** Live estimate while a drawer is open: packs out by the scale now (not binding). */
  readonly live: { readonly grams: number; readonly stable: boolean; readonly estimate: number } | null
  readonly actions: readonly WithdrawalAction[]
  /** One line that says what to do now. */
  readonly message: Text & { readonly code: string; readonly level: 'info' | 'ok' | 'warning' | 'error' }
}

/** GET /api/temperatures. `points`: [ms, min, max] of buckets of the last 24 h. */
export type ThermometerView = {
  readonly id: string
  readonly name: string
  readonly low: number
  readonly high: number
  /** Sides on which the limit itself is out. */
  readonly atLimitOut?: readonly ('cold' | 'hot')[]
  /** By which it alarms; its limits may be others than the range `low` … `high`. Unsaid by an older agent. */
  readonly rule?: { readonly version: string; readonly text: Text }
  readonly celsius: number | null
  readonly at: string | null
  readonly fault: string | null
  readonly state: 'ok' | 'out-of-range' | 'excursion' | 'no-data'
  /** Minutes until `limit` (°C) is passed, 0 = it is; null = no way out of range is seen. An estimate: say 预计. */
  readonly forecast: {
    readonly side: 'cold' | 'hot'
    readonly minutes: number
    readonly limit: number
  } | null
  /** Of the refrigerator's own door; unsaid where no contact watches it. */
  readonly door?: 'open' | 'closed' | 'unknown'
  readonly points: readonly (readonly [number, number, number])[]
}
/** GET /api/stock. */
export type StockView = {
  readonly drug: string
  readonly name: string
  readonly spec: string
  readonly unit: string
  readonly lot: string
  readonly expiry: string
  readonly drawer: string
  readonly quantity: number
  readonly status: string
}
/** GET /api/alarms (open ones first). POST /api/alarms/{id}/acknowledge {reason}. */
export type AlarmView = {
  readonly id: string
  readonly kind: string
  readonly level: 'warning' | 'alarm'
  readonly text: Text
  readonly raisedAt: string
  readonly clearedAt: string | null
  readonly acknowledgedBy: string | null
  readonly acknowledgedAt: string | null
}
/**
 * A message to one person or machine. GET /api/alarms/notices?alarm=… → NoticeView[] (newest first, at most 200).
 * POST /api/alarms/test {} → NoticeView[]: lamp and siren for 5 s and a message to everybody; its alarm is `test`.
 * `status`: due 待发 · sending 正在发 · sent 已发出 · delivered 已送达 · not-delivered 未送达 · uncertain 结果不明 · failed 失败.
 */
export type NoticeView = {
  readonly id: number
  readonly alarm: string
  readonly level: 'warning' | 'alarm'
  readonly channel: 'sms' | 'webhook' | 'email' | 'centre'
  /** A name and the end of a number, a host, addresses. */
  readonly target: string
  readonly what: 'raised' | 'reminder' | 'escalated' | 'recovered' | 'test'
  readonly text: string
  readonly at: string
  readonly tries: number
  readonly status: 'due' | 'sending' | 'sent' | 'delivered' | 'not-delivered' | 'uncertain' | 'failed'
  readonly code: string | null
}
/**
 * GET /api/excursions → OngoingExcursion[]. POST /api/excursions/{id}/close {how: 'sensor-lost' | 'sensor-replaced', reason}
 * → OngoingExcursion[] ends one that no reading will end.
 */
export type OngoingExcursion = {
  readonly id: string
  readonly thermometer: string
  readonly name: string
  readonly side: 'cold' | 'hot'
  readonly start: string
  readonly alarmAt: string
  readonly min: number
  readonly max: number
}
/** GET /api/asks: what a flow asks the pharmacist. POST /api/asks/{id}/done. */
export type AskView = {
  readonly id: string
  readonly source: string
  readonly text: string
  readonly at: string
}

/** One journal record as it was written; `data` parsed (by `kind`, see domain/journal/events.ts). */
export type JournalRecordView = {
  readonly epoch: number
  readonly seq: number
  readonly at: string
  /** Milliseconds of the monotonic clock since `boot`. */
  readonly mono: number
  readonly boot: string
  readonly clockTrusted: boolean
  readonly class: 'dispensing' | 'alarm' | 'record'
  readonly kind: string
  readonly data: unknown
  readonly prev: string
  readonly hash: string
}
/**
 * GET /api/journal?after=0&limit=100&kind=… (limit ≤ 500; kind exact, optional): records in order. The next page is
 * `after` = the last record's seq; no records = no more. For the newest page ask with after = head − limit.
 */
export type JournalPage = {
  readonly epoch: number
  /** Newest sequence number. */
  readonly head: number
  readonly records: readonly JournalRecordView[]
}
/**
 * POST /api/journal/verify starts a verification (or joins the running one), GET tells how far it is and what it found.
 * `fault`: changed 内容被改动 · gap 记录缺失 · broken-link 不衔接 · cut-tail 末尾被删 · signature 日结签名不符 ·
 * count 已日结的记录缺少 · unreadable 文件读不下去. `startsAfter`: everything up to that closing was dropped by retention.
 */
export type JournalVerifyView =
  | { readonly state: 'never' }
  | {
      readonly state: 'running'
      readonly startedAt: string
      readonly checked: number
      readonly total: number
    }
  | {
      readonly state: 'done'
      readonly startedAt: string
      readonly endedAt: string
      readonly report: {
        readonly ok: boolean
        readonly epoch: number | null
        readonly events: number
        readonly head: number
        readonly firstBad: number | null
        readonly fault:
          | 'gap'
          | 'broken-link'
          | 'changed'
          | 'cut-tail'
          | 'signature'
          | 'count'
          | 'unreadable'
          | null
        readonly dropped: number
        readonly startsAfter: { readonly day: string; readonly seq: number } | null
        readonly closings: number
      }
    }

/**
 * GET /api/stream?token=… (server-sent events). `event: changed`, data `{topics: Topic[]}` says what to read again;
 * `event: withdrawal`, data WithdrawalView | null, at most 4 a second while a drawer is open. A comment each 15 s keeps it alive.
 * A first PIN opens none (403 `E_PIN_CHANGE`). The agent ends it with the login: log-out, idleness, a newer login; and at a
 * change of PIN, after which the same token opens it again. It does not itself keep a login alive.
 */
export type Topic =
  | 'site'
  | 'prescriptions'
  | 'withdrawal'
  | 'temperatures'
  | 'stock'
  | 'alarms'
  | 'cases'
  | 'asks'
  | 'operation'
  | 'drawers'
  | 'shipments'
  | 'returns'
  | 'overrides'
  | 'custody'
