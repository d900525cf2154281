/** The edge's API for alarms and the messages they send (see `edge-api.ts` for what holds for all of it). */
import type { Text } from './edge-api.ts'

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
