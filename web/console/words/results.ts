import type { FindingResult, RxStatus } from '#cloud-sync/contract/central-api.ts'
import type { Text } from '#cloud-sync/contract/edge-api.ts'
import type { Verdict } from '#domain/reconcile.ts'

/** Tone picks the colours, icon the shape: nothing is told by colour alone. */
export type Tone = 'ok' | 'info' | 'warn' | 'serious' | 'stop' | 'unknown' | 'quiet'
export type IconName =
  | 'check'
  | 'info'
  | 'warn'
  | 'pen'
  | 'stop'
  | 'question'
  | 'clock'
  | 'back'
  | 'box'
  | 'bell'
export type Look = { readonly text: Text; readonly tone: Tone; readonly icon: IconName }

export const RESULTS: Readonly<Record<FindingResult, Look>> = {
  BLOCK: { text: { zh: '拦截', en: 'Block' }, tone: 'stop', icon: 'stop' },
  REQUIRE_OVERRIDE: { text: { zh: '需理由', en: 'Needs reason' }, tone: 'serious', icon: 'pen' },
  UNAVAILABLE: { text: { zh: '无法判定', en: 'Not evaluable' }, tone: 'unknown', icon: 'question' },
  WARN: { text: { zh: '提示', en: 'Warning' }, tone: 'warn', icon: 'warn' },
  PASS: { text: { zh: '通过', en: 'Pass' }, tone: 'ok', icon: 'check' },
}

const ORDER: readonly FindingResult[] = ['BLOCK', 'REQUIRE_OVERRIDE', 'UNAVAILABLE', 'WARN', 'PASS']
/** 0 is the worst. */
export const rankOf = (result: FindingResult): number => ORDER.indexOf(result)

export const STATUSES: Readonly<Record<RxStatus, Look>> = {
  waiting: { text: { zh: '待审', en: 'Waiting' }, tone: 'info', icon: 'clock' },
  returned: { text: { zh: '已退回', en: 'Returned' }, tone: 'warn', icon: 'back' },
  released: { text: { zh: '已放行', en: 'Released' }, tone: 'ok', icon: 'check' },
  dispensed: { text: { zh: '已取药', en: 'Dispensed' }, tone: 'quiet', icon: 'box' },
  revoked: { text: { zh: '已撤销', en: 'Revoked' }, tone: 'stop', icon: 'stop' },
  expired: { text: { zh: '已过期', en: 'Expired' }, tone: 'quiet', icon: 'clock' },
}

export const VERDICTS: Readonly<Record<Verdict, Look>> = {
  matched: { text: { zh: '相符', en: 'Matched' }, tone: 'ok', icon: 'check' },
  discrepancy: { text: { zh: '差异', en: 'Discrepancy' }, tone: 'stop', icon: 'warn' },
  partial: { text: { zh: '部分取药', en: 'Partial' }, tone: 'warn', icon: 'info' },
  abandoned: { text: { zh: '已取消', en: 'Cancelled' }, tone: 'quiet', icon: 'back' },
  unordered: { text: { zh: '无单取药', en: 'Unordered' }, tone: 'stop', icon: 'stop' },
}

export const CASE_STATUSES: Readonly<Record<'open' | 'explained' | 'closed', Look>> = {
  open: { text: { zh: '未处理', en: 'Open' }, tone: 'stop', icon: 'warn' },
  explained: { text: { zh: '已说明', en: 'Explained' }, tone: 'warn', icon: 'pen' },
  closed: { text: { zh: '已结案', en: 'Closed' }, tone: 'ok', icon: 'check' },
}
