import type { ReasonsView } from '#cloud-sync/contract/edge-people.ts'
import { YaoguiError } from '#domain/error.ts'

const reason = (code: string, zh: string, en: string) => ({ code, text: { zh, en } })

/** What a page offers and the API accepts: a reason is chosen, so that it can be counted. */
export const REASONS: ReasonsView = {
  override: [
    reason('emergency', '急救用药，不能等待审方', 'an emergency that cannot wait for the review'),
    reason('centre-away', '与中心药房失去联系', 'the central pharmacy cannot be reached'),
    reason('review-late', '审方等待过久，影响用药', 'the review takes too long for this patient'),
  ],
  waste: [
    reason('expired', '过期', 'expired'),
    reason('damaged', '破损', 'damaged'),
    reason('contaminated', '污染', 'contaminated'),
    reason('excursion', '超温，不能再用', 'out of its temperature range'),
    reason('recalled', '召回', 'recalled'),
    reason('returned', '退药，不能再用', 'returned, not fit for use'),
  ],
  return: [
    reason('changed', '医嘱更改', 'the prescriber changed the treatment'),
    reason('reaction', '不良反应', 'adverse reaction'),
    reason('mistake', '发错药', 'handed out by mistake'),
    reason('declined', '患者不要', 'the patient does not want it'),
    reason('left', '患者转诊或去世', 'the patient moved or died'),
  ],
  case: [
    reason('miscounted', '点数错误', 'miscounted'),
    reason('put-back', '已放回药柜', 'put back since'),
    reason('handed-out', '已发给患者', 'handed out to a patient'),
    reason('wrong-drawer', '放在其他抽屉', 'lies in another drawer'),
    reason('damaged', '破损，已登记销毁', 'broken and wasted'),
    reason('scale', '称重误差', 'an error of the scale'),
    reason('record', '记录错误', 'written down wrongly'),
    reason('unknown', '原因不明', 'nobody knows'),
  ],
  unreadable: [
    reason('damaged-code', '条码破损', 'the code is damaged'),
    reason('no-code', '包装上没有条码', 'the pack carries no code'),
    reason('scanner', '扫码器故障', 'the scanner fails'),
    reason('unknown-code', '系统不认识这个条码', 'the code is not known here'),
  ],
  'break-glass': [
    reason('resuscitation', '抢救', 'resuscitation'),
    reason('system', '系统故障，正常流程不能开锁', 'the system fails, nothing else opens the drawer'),
    reason('danger', '危险情况，需立即取出物品', 'danger: something must come out at once'),
  ],
  downtime: [
    reason('power', '停电', 'no power'),
    reason('terminal', '终端故障', 'the terminal fails'),
    reason('lock', '锁或抽屉故障', 'a lock or drawer fails'),
    reason('service', '检修', 'maintenance'),
    reason('drill', '演练', 'a drill'),
  ],
}

/** Errors: E_REASON. */
export const demandReason = (of: keyof ReasonsView, code: string): void => {
  if (REASONS[of].some(one => one.code === code)) return
  throw new YaoguiError('E_REASON', {
    zh: '请选择原因',
    en: 'choose a reason',
    wayOut: { zh: '原因只能从列表中选择', en: 'reasons come from the list' },
  })
}
