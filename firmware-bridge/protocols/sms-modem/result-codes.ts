import { LineError, type LineErrorKind } from '../../error.ts'

/** A final result that is not OK: `+CMS ERROR` about messages, `+CME ERROR` about the rest, or ERROR alone. */
export type AtError = { readonly of: 'cms' | 'cme' | 'plain'; readonly number?: number }

type Row = readonly [kind: LineErrorKind, zh: string, en: string]

/*
 * What an SMS-SUBMIT can meet: 3GPP TS 24.011 E-2 (1 … 127), TS 23.040 TP-FCS (128 … 255), TS 27.005 3.2.5 (300 …).
 * 332 and 500 say that nobody knows what became of the message.
 */
const CMS: ReadonlyMap<number, Row> = new Map<number, Row>([
  [1, ['permanent', '空号', 'unassigned number']],
  [8, ['permanent', '运营商限制', 'barred by the operator']],
  [10, ['permanent', '被限制', 'barred']],
  [21, ['permanent', '短信被拒绝', 'message rejected']],
  [27, ['transient', '目的网络故障', 'destination out of service']],
  [28, ['permanent', '用户无法识别', 'unidentified subscriber']],
  [29, ['permanent', '业务被拒绝', 'facility rejected']],
  [30, ['permanent', '用户不存在', 'unknown subscriber']],
  [38, ['transient', '网络故障', 'network out of order']],
  [41, ['transient', '网络临时故障', 'temporary failure of the network']],
  [42, ['transient', '网络拥塞', 'network congested']],
  [47, ['transient', '网络资源不足', 'no resources in the network']],
  [50, ['permanent', '未开通短信业务', 'messages are not subscribed to']],
  [69, ['permanent', '网络不支持', 'not implemented by the network']],
  [192, ['transient', '短信中心忙', 'service centre busy']],
  [193, ['permanent', '短信中心无此用户', 'no subscription at the service centre']],
  [194, ['transient', '短信中心故障', 'failure of the service centre']],
  [195, ['permanent', '号码不正确', 'invalid address']],
  [196, ['permanent', '对方限制接收', 'destination barred']],
  [208, ['transient', 'SIM 卡短信已满', 'the card is full of messages']],
  [300, ['transient', '模块故障', 'failure of the modem']],
  [301, ['transient', '短信业务被占用', 'message service reserved']],
  [302, ['transient', '现在不允许', 'not allowed now']],
  [303, ['permanent', '模块不支持', 'not supported by the modem']],
  [304, ['permanent', 'PDU 不正确', 'invalid PDU']],
  [310, ['permanent', '没有 SIM 卡', 'no SIM card']],
  [311, ['permanent', 'SIM 卡要求 PIN', 'the SIM card wants its PIN']],
  [313, ['transient', 'SIM 卡故障', 'failure of the SIM card']],
  [314, ['transient', 'SIM 卡忙', 'SIM card busy']],
  [315, ['permanent', 'SIM 卡不对', 'wrong SIM card']],
  [316, ['permanent', 'SIM 卡已锁，要求 PUK', 'the SIM card is locked and wants its PUK']],
  [330, ['permanent', '短信中心号码未知', 'service centre unknown']],
  [331, ['transient', '没有网络', 'no network service']],
  [332, ['ambiguous', '网络超时，结果不明', 'network timeout, outcome unknown']],
  [500, ['ambiguous', '未知错误，结果不明', 'unknown error, outcome unknown']],
])

/** 3GPP TS 27.007 9.2.1. */
const CME: ReadonlyMap<number, Row> = new Map<number, Row>([
  [3, ['permanent', '不允许', 'not allowed']],
  [4, ['permanent', '不支持', 'not supported']],
  [10, ['permanent', '没有 SIM 卡', 'no SIM card']],
  [11, ['permanent', 'SIM 卡要求 PIN', 'the SIM card wants its PIN']],
  [12, ['permanent', 'SIM 卡已锁，要求 PUK', 'the SIM card is locked and wants its PUK']],
  [13, ['transient', 'SIM 卡故障', 'failure of the SIM card']],
  [14, ['transient', 'SIM 卡忙', 'SIM card busy']],
  [15, ['permanent', 'SIM 卡不对', 'wrong SIM card']],
  [16, ['permanent', 'PIN 不对', 'wrong PIN']],
  [30, ['transient', '没有网络', 'no network service']],
  [31, ['transient', '网络超时', 'network timeout']],
  [32, ['transient', '只能拨打紧急电话', 'emergency calls only']],
  [100, ['transient', '未知错误', 'unknown error']],
])

/** The row of an error; one that is not in the tables may pass. */
const rowOf = ({ of, number }: AtError): Row => {
  const known = number === undefined ? undefined : (of === 'cms' ? CMS : CME).get(number)
  if (known) return known
  const shown = number ?? 'ERROR'
  return ['transient', `模块报告错误 ${shown}`, `the modem reports error ${shown}`]
}

/** The words of an error with its number, e.g. `+CMS ERROR: 331`. */
const wordsOf = (error: AtError): { readonly zh: string; readonly en: string } => {
  const [, zh, en] = rowOf(error)
  const name = error.of === 'plain' ? 'ERROR' : `+${error.of.toUpperCase()} ERROR: ${error.number ?? '?'}`
  return { zh: `${zh}（${name}）`, en: `${en} (${name})` }
}

const SIM_CODES: Readonly<Record<string, string>> = {
  'cme 10': 'E_SIM_ABSENT',
  'cms 310': 'E_SIM_ABSENT',
  'cme 11': 'E_SIM_PIN',
  'cms 311': 'E_SIM_PIN',
  'cme 16': 'E_SIM_PIN',
  'cme 12': 'E_SIM_PUK',
  'cms 316': 'E_SIM_PUK',
  'cme 13': 'E_SIM_NOT_READY',
  'cms 313': 'E_SIM_NOT_READY',
  'cme 14': 'E_SIM_NOT_READY',
  'cms 314': 'E_SIM_NOT_READY',
}

/**
 * What the modem refused, as an error: E_SIM_ABSENT, E_SIM_PIN, E_SIM_PUK, E_SIM_NOT_READY by its number, E_SMS_UNCERTAIN
 * (ambiguous), else `code`; the kind stands in the tables.
 */
export const refusal = (error: AtError, code: string): LineError => {
  const [kind] = rowOf(error)
  const own = kind === 'ambiguous' ? 'E_SMS_UNCERTAIN' : code
  return new LineError(SIM_CODES[`${error.of} ${error.number}`] ?? own, { kind, ...wordsOf(error) })
}
