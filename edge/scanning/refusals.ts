import { type Wording, YaoguiError } from '#domain/error.ts'

const TABLE = {
  E_SCAN_UNKNOWN: [
    '这个码无法识别，不是处方条、药品、抽屉或工牌',
    'this code is no slip, pack, drawer or badge',
    '请擦净后重扫；仍不行请按“扫不出”登记',
    'wipe it and scan again, or record it as unreadable',
  ],
  E_CODE_UNKNOWN: [
    '本县用药目录里没有这个药品码',
    'this drug code is not in the county’s formulary',
    '请核对药品来源，不要发放；联系中心药房补录',
    'check where the pack is from, do not hand it out, and tell the centre',
  ],
  E_CODE_LEVEL: [
    '这是整箱或中包装的码，不能当一盒用',
    'this is the code of a case or a bundle, not of one pack',
    '请拆开，逐盒扫描',
    'open it and scan the packs one by one',
  ],
  E_CODE_USED: [
    '这盒药的追溯码已经发出过',
    'this pack’s trace code has left the cabinet before',
    '请换一盒；若是退药，先办理退药登记',
    'take another pack; if it was returned, register the return first',
  ],
  E_CODE_NOT_USED: [
    '这盒药的追溯码没有发出记录，无法撤回',
    'this trace code has not left this cabinet, there is nothing to reverse',
    '请核对是否本站发出的药品',
    'check that it was handed out here',
  ],
  E_CODE_NO_TRACE: [
    '这个码只说明品种，不含追溯码',
    'this code names the drug only, it is no trace code',
    '请扫药盒上的药品追溯码（二维码）',
    'scan the trace code (the square one) on the pack',
  ],
  E_SCAN_STEP: [
    '现在没有等待扫码的取药步骤',
    'no step of a withdrawal waits for a scan now',
    '请先打开抽屉取药，再逐盒扫描',
    'open the drawer first, then scan pack by pack',
  ],
  E_SCAN_LOGIN: [
    '还没有人登录，只能扫工牌',
    'nobody is logged in: only a badge is heard',
    '请先登录',
    'log in first',
  ],
  E_SCAN_SEVERAL: [
    '不止一位患者的处方是这个号',
    'more than one patient has an order of this number',
    '请在处方列表中按姓名选',
    'choose by name from the list of orders',
  ],
  E_SCAN_DRAWER: [
    '本柜没有这个抽屉',
    'this cabinet has no such drawer',
    '请核对抽屉标签是否属于本柜',
    'check that the label is of this cabinet',
  ],
  E_CODE_TWICE: [
    '这盒刚才已经扫过',
    'this pack was scanned a moment ago',
    '请扫下一盒；放回的药请点“撤回扫码”',
    'scan the next one; what goes back is taken off the list',
  ],
} as const satisfies Record<string, readonly [string, string, string, string]>

export type ScanCode = keyof typeof TABLE

export const refuseScan = (code: ScanCode): YaoguiError => {
  const [zh, en, wayZh, wayEn] = TABLE[code]
  return new YaoguiError(code, { zh, en, wayOut: { zh: wayZh, en: wayEn } })
}

/** Field by field what a pack is and what it should be. */
export const wrongPack = (code: 'E_WRONG_PACK' | 'E_WRONG_LOT', { zh, en }: Wording): YaoguiError =>
  new YaoguiError(code, {
    zh,
    en,
    wayOut: { zh: '请放回，换正确的一盒', en: 'put it back and take the right one' },
  })
