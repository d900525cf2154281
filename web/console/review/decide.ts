import type { RxView } from '#cloud-sync/contract/central-api.ts'
import { say } from '../core/i18n.ts'

export type Action = 'approve' | 'return' | 'revoke' | 'refill'

/** Nobody decides on what he issued or entered himself. */
const postedBySelf = (rx: RxView, person: string | undefined): boolean =>
  person !== undefined && (rx.postedBy === person || rx.prescription.mdtrtinfo.dr_code === person)

/** Another fill may follow: one was taken, or a refill ran out unfetched. Count and interval are the centre's to judge. */
const repeatable = ({ status, release, prescription }: RxView): boolean =>
  prescription.rept_flag === '1' &&
  (status === 'dispensed' || (status === 'expired' && (release?.fill ?? 1) > 1))

/** What this reviewer may do with a prescription in its state; revoking stays open to everybody who may decide. */
export const offered = (rx: RxView, person: string | undefined): readonly Action[] => {
  if (rx.status === 'released') return ['revoke']
  if (repeatable(rx)) return postedBySelf(rx, person) ? [] : ['refill']
  return rx.status === 'waiting' && !postedBySelf(rx, person) ? ['approve', 'return'] : []
}

/** Approving against a finding is a decision that must be told; a warning only informs. */
const approvalNeedsReason = ({ result }: RxView): boolean =>
  result === 'REQUIRE_OVERRIDE' || result === 'UNAVAILABLE'

/** Why pressing the button does nothing yet; empty text = go on. */
export const refusalOf = (action: Action, rx: RxView, reason: string): string => {
  if (reason || action === 'refill') return ''
  if (action === 'approve')
    return approvalNeedsReason(rx) ? say('此处方须写明通过的理由。', 'Say why it may pass.') : ''
  return action === 'return'
    ? say('请写明退回给医师的理由。', 'Tell the prescriber why it is returned.')
    : say('请写明撤销的理由。', 'Say why it is revoked.')
}

/** One line above the buttons: what stands in the way of this person approving this prescription. */
export const advice = (rx: RxView, person: string | undefined): string => {
  if (rx.status === 'released')
    return say('已签发；撤销后终端不再开锁。', 'Signed. Once revoked, no drawer opens for it.')
  if (repeatable(rx)) {
    const days = rx.prescription.min_inrv_days
    return say(
      `可续方，最多 ${rx.prescription.max_rept_cnt ?? 0} 次${days ? `，间隔至少 ${days} 天` : ''}；放行后自当日起重新计算有效期。`,
      `May be refilled up to ${rx.prescription.max_rept_cnt ?? 0} times${days ? `, at least ${days} days apart` : ''}; each holds from the day of its release.`,
    )
  }
  if (rx.status !== 'waiting') return ''
  if (postedBySelf(rx, person))
    return say(
      '您开具或录入的处方须由另一位药师审查。',
      'You issued or entered it, so another pharmacist must decide.',
    )
  if (rx.result === 'BLOCK')
    return say(
      '系统拦截：不能通过，只能退回医师修改。',
      'Blocked by the rules: it cannot be approved, only returned to the prescriber.',
    )
  if (rx.result === 'REQUIRE_OVERRIDE')
    return say('有须说明理由才能通过的问题。', 'It may only pass with a reason.')
  return rx.result === 'UNAVAILABLE'
    ? say('有规则缺少资料无法判定，通过须写明理由。', 'Some rules lack facts; approving needs a reason.')
    : ''
}
