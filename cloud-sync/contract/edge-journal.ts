/** The edge's API for its journal and whether it holds (see `edge-api.ts` for what holds for all of it). */

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
