import type { Text } from '#cloud-sync/contract/edge-api.ts'
import type { StepStatus } from '#cloud-sync/contract/edge-withdrawals.ts'

/*
 * Short lists instead of typing. What goes into the journal is the Chinese text: the record is read by people of the
 * county whatever language the screen had.
 */
const MACHINE: Text = { zh: '秤读数不准，已人工数过', en: 'Scale is off, counted by hand' }

const UNDER: readonly Text[] = [
  { zh: '柜中数量不足', en: 'Not enough in the drawer' },
  { zh: '患者只要一部分', en: 'Patient wants only a part' },
  { zh: '包装破损，不发', en: 'Damaged pack, not dispensed' },
  MACHINE,
]
const OVER: readonly Text[] = [
  { zh: '处方医师同意多发', en: 'Prescriber agreed to more' },
  { zh: '多取的破损，另放待处理', en: 'Extra pack damaged, set aside' },
  { zh: '药已交给患者', en: 'Already handed to the patient' },
  MACHINE,
]
const UNKNOWN: readonly Text[] = [
  { zh: '包装与登记的不同', en: 'Packs differ from those registered' },
  { zh: '抽屉里有别的物品', en: 'Something else lies in the drawer' },
  { zh: '拆零或破损', en: 'Split or damaged packs' },
  MACHINE,
]

/** Why a withdrawal begins although not all of it is there. */
export const PARTIAL_REASONS: readonly Text[] = [
  { zh: '柜中数量不足，患者同意先取一部分', en: 'Not enough here, the patient takes a part now' },
  { zh: '其余由县中心补发', en: 'The centre sends the rest' },
  { zh: '抽屉停用，其余改日再取', en: 'A drawer is out of service, the rest later' },
]

/** Why a person keeps what the scale disputes. */
export const acceptReasons = (status: StepStatus): readonly Text[] => {
  if (status === 'under') return UNDER
  return status === 'over' ? OVER : UNKNOWN
}

export const CANCEL_REASONS: readonly Text[] = [
  { zh: '选错了处方', en: 'Wrong order chosen' },
  { zh: '患者已离开', en: 'Patient has left' },
  { zh: '患者不要了', en: 'Patient does not want it' },
  { zh: '抽屉打不开', en: 'Drawer does not open' },
]

export const ACKNOWLEDGE_REASONS: readonly Text[] = [
  { zh: '已到现场，正在处理', en: 'On the spot, dealing with it' },
  { zh: '已处理好', en: 'Dealt with' },
  { zh: '已联系维修', en: 'Repair called' },
  { zh: '已上报县中心', en: 'Reported to the centre' },
  { zh: '检查后是误报', en: 'Checked: false alarm' },
]

/** Why no reading will end an excursion. */
export const SENSOR_REASONS: readonly Text[] = [
  { zh: '传感器没有读数，已报修', en: 'The sensor is silent, repair called' },
  { zh: '传感器读数失准，已用标准温度计核对', en: 'The sensor is off, checked with a reference thermometer' },
  { zh: '传感器已更换并核对', en: 'The sensor was replaced and checked' },
  { zh: '设备停用，药品已转移', en: 'The device is out of use, goods moved' },
]

export const REVIEW_NOTES: readonly Text[] = [
  { zh: '清点药袋和抽屉，两者一致', en: 'Bag and drawer counted, they agree' },
  { zh: '只清点了药袋', en: 'Only the bag was counted' },
  { zh: '药品已全部放回抽屉', en: 'Everything was put back' },
  { zh: '数量对不上，请中心跟进', en: 'Numbers do not fit, centre to follow up' },
]

/** Why a person keeps what the scale or the note disputes, in the work around withdrawals. */
export const KEEP_REASONS: readonly Text[] = [
  { zh: '已复点，数量属实', en: 'Counted again, the number is right' },
  MACHINE,
  { zh: '来货数量与送货单不符', en: 'Delivered otherwise than the note says' },
  { zh: '包装破损，已另放', en: 'Damaged pack, set aside' },
  { zh: '原因不明，请中心跟进', en: 'Nobody knows, centre to follow up' },
]

export const STOP_REASONS: readonly Text[] = [
  { zh: '选错了', en: 'Chosen by mistake' },
  { zh: '先处理更急的事', en: 'Something more urgent came' },
  { zh: '抽屉打不开', en: 'Drawer does not open' },
]

export const TAKE_OVER_REASONS: readonly Text[] = [
  { zh: '交接班', en: 'Change of shift' },
  { zh: '原操作者离开', en: 'The person before has left' },
  { zh: '原操作者不能继续', en: 'The person before cannot go on' },
]

export const SERVICE_REASONS: Readonly<Record<'out-of-service' | 'in-service', readonly Text[]>> = {
  'out-of-service': [
    { zh: '锁打不开或关不上', en: 'The lock does not open or close' },
    { zh: '秤读数不准', en: 'The scale is off' },
    { zh: '抽屉损坏', en: 'The drawer is broken' },
    { zh: '清洁、消毒', en: 'Cleaning' },
  ],
  'in-service': [
    { zh: '已修好并试过', en: 'Repaired and tried' },
    { zh: '检查后正常', en: 'Checked, nothing wrong' },
    { zh: '清洁完成', en: 'Cleaned' },
  ],
}

/** What somebody held back by hand is released after somebody has looked. */
export const CHECKED_REASONS: readonly Text[] = [
  { zh: '检查后正常，可以使用', en: 'Checked, fit for use' },
  { zh: '质量核查合格', en: 'Passed the quality check' },
  { zh: '县中心药房书面放行', en: 'Released by the central pharmacy in writing' },
]
/** The one ground that stands beside figures that say the contrary. */
export const CENTRE_RELEASE: Text = {
  zh: '县中心药房书面放行',
  en: 'Released by the central pharmacy in writing',
}
/** R20: after an excursion a release names the stability data it stands on. */
export const RELEASE_REASONS: readonly Text[] = [
  { zh: '超温在厂家稳定性数据允许范围内', en: 'Within the manufacturer’s stability data' },
  CENTRE_RELEASE,
  { zh: '温度记录复核：药品未受影响', en: 'Temperature record reviewed: goods not affected' },
]
export const QUARANTINE_REASONS: readonly Text[] = [
  { zh: '疑似超温', en: 'May have been out of its range' },
  { zh: '外观异常', en: 'Looks wrong' },
  { zh: '等待质量核查', en: 'Waits for a quality check' },
  { zh: '包装破损', en: 'Damaged pack' },
]

export const CHECK_REASONS: Readonly<Record<'restock' | 'waste' | 'lost', readonly Text[]>> = {
  restock: [
    { zh: '包装完好，未离开冷链要求，可再用', en: 'Intact and kept as it must be, fit for use' },
    { zh: '未交到患者手中', en: 'Never left the pharmacy' },
  ],
  waste: [
    { zh: '已拆封或破损', en: 'Opened or damaged' },
    { zh: '储存条件不明', en: 'Nobody knows how it was kept' },
    { zh: '已过期或临近失效', en: 'Expired or about to' },
  ],
  lost: [
    { zh: '退药屉和各抽屉都找过，没有', en: 'Looked for here and in all drawers' },
    { zh: '可能未放入退药屉', en: 'Perhaps it was never put in' },
    { zh: '可能已被误当垃圾丢弃', en: 'Perhaps it was thrown away' },
  ],
}

export const CASE_NOTES: readonly Text[] = [
  { zh: '已核对实物', en: 'Goods were checked' },
  { zh: '已核对记录', en: 'Records were checked' },
  { zh: '实物与记录都已核对', en: 'Goods and records were checked' },
  { zh: '已问过当事人', en: 'The person was asked' },
]

export const SHORT_SHIPMENT_REASONS: readonly Text[] = [
  { zh: '来货少于送货单', en: 'Less came than the note says' },
  { zh: '部分破损，退回', en: 'Some damaged, sent back' },
  { zh: '效期太近，拒收', en: 'Too near its expiry, refused' },
]

export const MATCH_NOTES: readonly Text[] = [
  { zh: '已见补开的处方', en: 'The order was seen afterwards' },
  { zh: '已与医师核实', en: 'Verified with the prescriber' },
  { zh: '已交县中心跟进', en: 'Given to the centre' },
]
