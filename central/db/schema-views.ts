import type { Verdict } from '#domain/reconcile.ts'

export type ReconciliationTable = {
  site: string
  session: string
  jti: string
  rx: string
  /** Id of the prescription; null when no release explains the withdrawal. */
  prescription: string | null
  verdict: Verdict
  outcome: string
  actor: string
  at: string
  items: string
  differences: string
  reviewed: boolean
  /** Packs of anything left the cabinet (so a second one for the same authorisation is double). */
  took: boolean
}

export type CaseTable = {
  site: string
  id: string
  session: string
  rx: string
  status: 'open' | 'explained' | 'closed'
  /** difference 差异 · unordered 无单 · override 越权取药, not reviewed · double 重复取药 · revoked 撤销后取药. */
  cause: 'difference' | 'unordered' | 'override' | 'double' | 'revoked'
  opened_at: string
  verdict: Verdict
  differences: string
}

export type OverrideTable = {
  site: string
  id: string
  session: string
  rx: string
  /** As the site wrote it. */
  body: string
  started_at: string
  status: 'open' | 'ordered' | 'matched'
  matched_jti: string | null
  matched_by: string | null
  matched_at: string | null
  note: string | null
  /** Of the reviewer, null: matched before this was asked, or by the site alone. */
  accepted: boolean | null
}

export type ExcursionTable = {
  site: string
  id: string
  thermometer: string
  side: 'cold' | 'hot'
  start_at: string
  alarm_at: string
  end_at: string | null
  min: number | null
  max: number | null
  minutes: number | null
  limit_celsius: number | null
  source: 'sensor' | 'replay'
}
