import { YaoguiError } from '#domain/error.ts'

const TABLE = {
  E_WITHDRAWAL_OPEN: [
    '有一次取药或作业尚未结束',
    'a session at this cabinet is not finished yet',
    '请先完成或处理它',
    'finish or close it first',
  ],
  E_WITHDRAWAL_NONE: [
    '没有进行中的取药',
    'there is no such running withdrawal',
    '请返回首页重新选择处方',
    'go back to the list',
  ],
  E_OTHER_PERSON: [
    '这次取药由其他药师开始',
    'somebody else started this withdrawal',
    '请由开始取药的药师继续，或接班后再做',
    'that person goes on with it, or you take it over first',
  ],
  E_STOCK_SHORT: [
    '库存不足，无法按处方取药',
    'not enough stock for this prescription',
    '请登记缺药或联系中心药房',
    'register the shortage',
  ],
  E_LOT_STATUS: [
    '这个批号已隔离、召回或过期，不能取用',
    'this lot is quarantined, recalled or expired',
    '请取消，或按已取数量部分发药',
    'cancel, or keep what was taken as a partial fill',
  ],
  E_DRAWER_OPEN: [
    '还有抽屉没有关好',
    'another drawer is open',
    '请先关好所有抽屉；关好后仍显示未关的，停用该抽屉即可结束手头操作，修好前其他抽屉不能打开',
    'close every drawer first; one that reads open although it is shut: take it out of service to end what it holds up, and have it repaired before another opens',
  ],
  E_DRAWER_UNKNOWN: [
    '读不到抽屉状态，不能开锁',
    'a drawer’s state cannot be read',
    '请检查锁控板接线后再试；修不好的抽屉请停用',
    'check the lock board; take a drawer that cannot be mended out of service',
  ],
  E_ACTION: ['现在不能做这一步', 'this is not possible now', '请按屏幕提示操作', 'follow the screen'],
  E_REASON: ['请填写原因', 'a reason is needed', '请选择原因', 'choose a reason'],
  E_COUNT: [
    '请为每一步填写取出数量',
    'give the number taken for every step',
    '数量为 0–999 的整数',
    'whole numbers 0–999',
  ],
} as const satisfies Record<string, readonly [string, string, string, string]>

export type DispensingCode = keyof typeof TABLE

export const refuse = (code: DispensingCode): YaoguiError => {
  const [zh, en, wayZh, wayEn] = TABLE[code]
  return new YaoguiError(code, { zh, en, wayOut: { zh: wayZh, en: wayEn } })
}

/** R7, R18: what is missing lies in drawers that are not in service. */
export const drawersOutOfService = (drawers: readonly string[]): YaoguiError => {
  const names = [...new Set(drawers)].join('、')
  return new YaoguiError('E_DRAWER_SERVICE', {
    zh: `抽屉 ${names} 停用或待盘点，不能取药`,
    en: `drawer ${names} is out of service or must be counted first`,
    wayOut: {
      zh: '请先盘点或恢复该抽屉，或按部分发药',
      en: 'count or recover it first, or dispense partially',
    },
  })
}
