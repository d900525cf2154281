/**
 * In whose name a drawer is opened: every intent in the journal carries one. A withdrawal takes only `order` (R1), or
 * `override`, which still names an order and skips nothing but its review (R2). The others open drawers for the work around
 * it and never hand anything to a patient. `break-glass` is its own record type (R17).
 */
export type Authority =
  | { readonly kind: 'order'; readonly jti: string }
  | { readonly kind: 'override'; readonly override: string; readonly rx: string }
  /** One line of a shipment note. */
  | { readonly kind: 'shipment'; readonly shipment: string; readonly line: number }
  | { readonly kind: 'count'; readonly cause: CountCause }
  /** What a patient brought back (`rx`: the prescription it came from, if known), and what becomes of it. */
  | { readonly kind: 'return'; readonly return: string; readonly rx: string | null }
  | { readonly kind: 'waste'; readonly waste: string }
  /** A drawer out of service is tried. */
  | { readonly kind: 'recovery' }
  | { readonly kind: 'break-glass'; readonly glass: string; readonly second: string }

/**
 * Why a drawer is counted: planned 计划 · tamper 异常开启后 · failed 故障恢复 · downtime 停机后 · salvage 日志修复后 ·
 * discrepancy 差异复核.
 */
export type CountCause = 'planned' | 'tamper' | 'failed' | 'downtime' | 'salvage' | 'discrepancy'
