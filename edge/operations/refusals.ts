import { YaoguiError } from '#domain/error.ts'

const TABLE = {
  E_OPERATION_NONE: [
    '没有进行中的作业',
    'there is no such running operation',
    '请返回重新开始',
    'go back and begin again',
  ],
  E_DRAWER_ABSENT: [
    '本柜没有这个抽屉',
    'this cabinet has no such drawer',
    '请核对抽屉标签',
    'check the label',
  ],
  E_RETURN_PLACE: [
    '本柜没有退药存放处',
    'this cabinet has no return place',
    '请在药柜配置中指定一个退药抽屉',
    'name one drawer of the cabinet plan as the return place',
  ],
  E_WRONG_DRAWER: [
    '不是这个抽屉',
    'this is the wrong drawer',
    '请到屏幕所示的抽屉',
    'go to the drawer on the screen',
  ],
  E_DRAWER_OTHER_DRUG: [
    '这个抽屉里放着别的药品',
    'this drawer holds another drug',
    '请选放有该药品的抽屉或空抽屉',
    'choose the drawer of this drug, or an empty one',
  ],
  E_DRAWER_COLD: [
    '储存条件不符：冷藏药品须放冷藏抽屉',
    'storage does not fit: cold goods belong into a cold drawer',
    '请选储存条件相符的抽屉',
    'choose a drawer of the right storage',
  ],
  E_PACK_SCAN: [
    '请扫描药盒和抽屉标签；扫不出时请说明原因',
    'scan the pack and the drawer’s label; if it cannot be read, say why',
    '可按“扫不出”登记',
    'record it as unreadable',
  ],
  E_PACK_READ: [
    '条码里没有批号或有效期',
    'the code on the pack does not say lot or expiry',
    '请按药盒上印的输入批号和有效期，或由第二人核对签名',
    'enter lot and expiry as printed on the pack, or have a second person sign',
  ],
  E_LOT_EXPIRED: [
    '这个批号已过期',
    'this lot has expired',
    '请勿入柜，改为销毁',
    'do not put it in, waste it',
  ],
  E_EXPIRY: [
    '有效期与该批号登记的不同，或不是日期',
    'this lot has another expiry here, or it is no date',
    '请核对包装上的批号和有效期',
    'check lot and expiry on the pack',
  ],
  E_QUANTITY: ['数量超过账面数量', 'more than the ledger has', '请先盘点这个抽屉', 'count this drawer first'],
  E_SECOND_SELF: [
    '见证人不能是操作者本人',
    'the witness cannot be who did it',
    '请另一位在场人员见证',
    'have another person sign',
  ],
  E_RETURN_STATUS: [
    '这条退药现在不能做这一步',
    'this return does not stand where this may be done',
    '请先由药师审核退药',
    'a pharmacist checks it first',
  ],
} as const satisfies Record<string, readonly [string, string, string, string]>

export type OperationCode = keyof typeof TABLE

export const refuseOperation = (code: OperationCode): YaoguiError => {
  const [zh, en, wayZh, wayEn] = TABLE[code]
  return new YaoguiError(code, { zh, en, wayOut: { zh: wayZh, en: wayEn } })
}

/** R12: what a person read off the pack beside what it should be. */
export const wrongPrinted = (
  found: { readonly lot: string; readonly expiry: string },
  { lot, expiry }: { readonly lot: string; readonly expiry: string },
): YaoguiError =>
  new YaoguiError('E_WRONG_LOT', {
    zh: `应为批号 ${lot}、有效期 ${expiry}，药盒上是 ${found.lot}、${found.expiry}`,
    en: `should be lot ${lot}, expiry ${expiry}; the pack says ${found.lot}, ${found.expiry}`,
    wayOut: {
      zh: '请核对药盒；与送货单不符的按纸质送货单另行录入',
      en: 'check the pack; what the note does not name is entered from paper',
    },
  })

/** R7, R18: what may be done with a drawer that is not in service. */
export const notInService = (drawer: string, service: 'needs-count' | 'out-of-service'): YaoguiError =>
  service === 'needs-count'
    ? new YaoguiError('E_DRAWER_SERVICE', {
        zh: `抽屉 ${drawer} 须先盘点`,
        en: `drawer ${drawer} must be counted first`,
        wayOut: { zh: '请先盘点这个抽屉', en: 'count it first' },
      })
    : new YaoguiError('E_DRAWER_SERVICE', {
        zh: `抽屉 ${drawer} 已停用`,
        en: `drawer ${drawer} is out of service`,
        wayOut: { zh: '请先试开恢复，再盘点', en: 'try it first, then count it' },
      })
