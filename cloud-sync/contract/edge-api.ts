/**
 * What the agent's HTTP API answers to the kiosk; each `edge-*.ts` beside this one is a subject of it. All times are ISO 8601
 * UTC; weights are grams; texts for people come in both languages. Errors of either API: HTTP status ≥ 400 with `ApiError`.
 * Every route but where it says so wants a login; what may be done is by role (`MeView.may`), 403 `E_ROLE` otherwise.
 */

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

/** GET /api/asks: what a flow asks the pharmacist. POST /api/asks/{id}/done. */
export type AskView = {
  readonly id: string
  readonly source: string
  readonly text: string
  readonly at: string
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
