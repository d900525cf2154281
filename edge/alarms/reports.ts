import type { SmsReport } from '#hardware/ports.ts'
import type { Outbox } from './outbox.ts'

/**
 * What the network says of a message, put to the newest one that waits for this reference: a modem counts to 255 and begins
 * again. All parts delivered is delivered; one that is not is not. Reports that came while the agent was off are lost.
 */
export const takeReports = (outbox: Outbox, onChange: () => void): ((report: SmsReport) => void) => {
  const delivered = new Map<number, Set<number>>()
  return ({ reference, delivered: arrived }) => {
    const notice = outbox
      .all()
      .findLast(one => one.channel === 'sms' && one.status === 'sent' && one.refs.includes(reference))
    if (!notice) return
    const parts = delivered.get(notice.id) ?? new Set()
    delivered.set(notice.id, parts.add(reference))
    if (arrived && parts.size < new Set(notice.refs).size) return
    delivered.delete(notice.id)
    outbox.settle(notice, arrived ? 'delivered' : 'not-delivered', {
      refs: notice.refs,
      ...(arrived ? {} : { code: 'E_SMS_NOT_DELIVERED' }),
    })
    onChange()
  }
}
