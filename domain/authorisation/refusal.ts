import { type Wording, YaoguiError } from '../error.ts'
import { formatShanghai } from '../time.ts'

/** Why an authorisation does not unlock. Each has its own code, so that the journal says which it was. */
export const REFUSALS = {
  E_RX_MALFORMED: { zh: '处方授权无法识别', en: 'the authorisation cannot be read' },
  E_RX_TYPE: { zh: '这不是处方授权', en: 'this is not a prescription authorisation' },
  E_RX_ALGORITHM: { zh: '处方授权的签名算法不被接受', en: 'the signature algorithm is not accepted' },
  E_RX_UNKNOWN_KEY: { zh: '处方授权由未知密钥签名', en: 'signed by a key this site does not trust' },
  E_RX_SIGNATURE: {
    zh: '处方授权的签名不符，内容可能被篡改',
    en: 'the signature does not match: forged or altered',
  },
  E_RX_CLAIMS: { zh: '处方授权内容不完整', en: 'the authorisation lacks required claims' },
  E_RX_ISSUER: { zh: '处方授权不是本县中心药房签发', en: 'not issued by this county’s central pharmacy' },
  E_RX_SITE: { zh: '处方授权属于其他站点', en: 'the authorisation is for another site' },
  E_RX_NOT_YET: { zh: '处方授权尚未生效', en: 'the authorisation is not valid yet' },
  E_RX_EXPIRED: { zh: '处方授权已过期', en: 'the authorisation has expired' },
  E_RX_REVOKED: { zh: '处方授权已被中心药房撤销', en: 'the centre has revoked the authorisation' },
  E_RX_USED: { zh: '此处方授权已经使用过', en: 'the authorisation has already been used' },
  E_RX_TOO_EARLY: { zh: '距上次取药不足规定间隔', en: 'the last fill was too short a time ago' },
  E_CLOCK_BACK: {
    zh: '终端时钟被拨回，按日志时间此授权已过期',
    en: 'the clock was set back: by the journal’s time the authorisation has expired',
  },
  E_RX_UNKNOWN: { zh: '没有这张处方的指令', en: 'there is no order for this prescription' },
} as const satisfies Record<string, Wording>

export type RefusalCode = keyof typeof REFUSALS

const ASK_THE_CENTRE: Wording = {
  zh: '请与中心药房审方药师联系',
  en: 'contact the review pharmacist at the centre',
}

export const refusal = (code: RefusalCode, cause?: unknown): YaoguiError =>
  new YaoguiError(code, { ...REFUSALS[code], cause, wayOut: ASK_THE_CENTRE })

/** `from`: first day (`YYYY-MM-DD`) on which the next fill may be taken. */
export const tooEarly = (from: string): YaoguiError =>
  new YaoguiError('E_RX_TOO_EARLY', {
    zh: `${REFUSALS.E_RX_TOO_EARLY.zh}：${from} 起可取`,
    en: `${REFUSALS.E_RX_TOO_EARLY.en}: from ${from} on`,
    wayOut: { zh: `请病人 ${from} 再来，确有需要请联系开方医师`, en: `ask the patient to come on ${from}` },
  })

/** `nbf`: NumericDate, seconds. */
export const notYet = (nbf: number): YaoguiError => {
  const from = formatShanghai(new Date(nbf * 1_000))
  return new YaoguiError('E_RX_NOT_YET', {
    zh: `${REFUSALS.E_RX_NOT_YET.zh}：${from} 起可取`,
    en: `${REFUSALS.E_RX_NOT_YET.en}: from ${from} on`,
    wayOut: {
      zh: '到时再取；如终端时间不对，请技术人员校准',
      en: 'take it then; if the terminal’s clock is wrong, have it set right',
    },
  })
}

/** Not the order's fault: with the time set right it may hold, or be seen to have expired. */
export const clockBack = (): YaoguiError =>
  new YaoguiError('E_CLOCK_BACK', {
    ...REFUSALS.E_CLOCK_BACK,
    wayOut: {
      zh: '请技术人员校准终端时间；时间正确后仍过期，请与中心药房联系',
      en: 'have the clock set right; if it has still expired, contact the centre',
    },
  })
