import type { StepStatus, Text } from '#cloud-sync/contract/edge-api.ts'

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

export const REVIEW_NOTES: readonly Text[] = [
  { zh: '清点药袋和抽屉，两者一致', en: 'Bag and drawer counted, they agree' },
  { zh: '只清点了药袋', en: 'Only the bag was counted' },
  { zh: '药品已全部放回抽屉', en: 'Everything was put back' },
  { zh: '数量对不上，请中心跟进', en: 'Numbers do not fit, centre to follow up' },
]
