import { type Wording, YaoguiError } from '#domain/error.ts'

type Entry = Wording & { readonly status: number; readonly wayOut?: Wording }

/** Every refusal of the centre's API: stable code, HTTP status, words. */
const REFUSALS = {
  E_BAD_REQUEST: { status: 400, zh: '请求内容不合规', en: 'the request is malformed' },
  E_LOGIN: { status: 401, zh: '人员或密码不对', en: 'wrong person or PIN' },
  E_SESSION: { status: 401, zh: '请先登录', en: 'log in first' },
  E_PIN_CHANGE: { status: 403, zh: '请先修改初始密码', en: 'change the first PIN before anything else' },
  E_PIN_WEAK: {
    status: 422,
    zh: '新密码太简单：至少6位，不能与原密码相同，不能全是同一个数字或连续数字',
    en: 'the new PIN is too weak: 6 or more characters, not the old one, no single or running digits',
  },
  E_ROLE: { status: 403, zh: '您的岗位没有这项权限', en: 'your role may not do this' },
  E_LOCKED: {
    status: 429,
    zh: '密码错误次数过多，账号锁定5分钟',
    en: 'too many wrong PINs: locked for 5 minutes',
  },
  E_NOT_FOUND: { status: 404, zh: '没有这个地址', en: 'no such address' },
  E_TOO_MANY_STREAMS: { status: 503, zh: '同时打开的页面太多', en: 'too many open streams' },
  E_RX_NOT_FOUND: { status: 404, zh: '没有这张处方', en: 'no such prescription' },
  E_RX_INVALID: { status: 422, zh: '处方内容不合规', en: 'the prescription is malformed' },
  E_RX_DUPLICATE: {
    status: 409,
    zh: '这个处方号已经提交过',
    en: 'this prescription number was posted before',
  },
  E_RX_STATUS: {
    status: 409,
    zh: '处方的当前状态不允许这样处理',
    en: 'not possible in the prescription’s present status',
  },
  E_RX_BLOCKED: {
    status: 409,
    zh: '处方有禁止项，不能通过，请退回开方医师',
    en: 'a rule blocks this prescription: it cannot be approved',
    wayOut: { zh: '退回开方医师修改', en: 'return it to the prescriber' },
  },
  E_RX_REASON: { status: 422, zh: '需要填写理由', en: 'a reason is needed' },
  E_RX_OWN: { status: 403, zh: '不能审核自己提交的处方', en: 'nobody decides on what he posted himself' },
  E_RX_EXPIRED: { status: 409, zh: '处方已过有效期', en: 'the prescription has expired' },
  E_RX_REFILL_MAX: {
    status: 409,
    zh: '可续方次数已用完，或处方未写明可续方次数',
    en: 'no refill is left, or the prescription states none',
    wayOut: { zh: '请病人重新就诊开方', en: 'the patient needs a new prescription' },
  },
  E_RX_REFILL_EARLY: {
    status: 409,
    zh: '距上次取药未到最小续方间隔',
    en: 'the last fill was too short a time ago',
  },
  E_OVERRIDE_NOT_FOUND: { status: 404, zh: '没有这次越权取药', en: 'there is no such override' },
  E_OVERRIDE_STATUS: { status: 409, zh: '这次越权取药已经匹配', en: 'this override is matched already' },
  E_ORDER_INVALID: {
    status: 422,
    zh: '内容有误，没有下达',
    en: 'something in it is wrong; nothing was sent',
    wayOut: { zh: '请按所列各项改正', en: 'mend what is listed' },
  },
  E_SHIPMENT_KNOWN: {
    status: 409,
    zh: '这个单号已经下达过，内容不同',
    en: 'a note of this id was sent before, and says something else',
    wayOut: {
      zh: '请查看已下达的送货单；需要更改的另开一张',
      en: 'look at the note that was sent; write another for what differs',
    },
  },
  E_LIST_VERSION: {
    status: 409,
    zh: '这个版本号已经下达过',
    en: 'this version was sent before',
    wayOut: { zh: '请换一个版本号', en: 'give it another version' },
  },
  E_RECALL_UNKNOWN: { status: 404, zh: '没有这次召回', en: 'no such recall' },
  E_CASE_NOT_FOUND: { status: 404, zh: '没有这个差异单', en: 'no such case' },
  E_CASE_STATUS: {
    status: 409,
    zh: '差异单的当前状态不允许这样处理',
    en: 'not possible in the case’s present status',
  },
  E_CASE_SAME_PERSON: {
    status: 403,
    zh: '说明与关闭必须由不同的人完成',
    en: 'explaining and closing take two different people',
  },
  E_ALARM_UNKNOWN: { status: 404, zh: '没有这条告警', en: 'no such alarm' },
  E_ALARM_SITE: {
    status: 409,
    zh: '这是站点的告警，不能在中心确认',
    en: 'this alarm is the site’s own and is not acknowledged at the centre',
    wayOut: { zh: '请站点人员在药柜上确认', en: 'have it acknowledged at the cabinet' },
  },
  E_ALARM_ACKNOWLEDGED: { status: 409, zh: '这条告警已经确认', en: 'this alarm is acknowledged already' },
  E_SITE_UNKNOWN: { status: 404, zh: '没有这个站点', en: 'no such site' },
  E_NO_RECORDS: { status: 404, zh: '这段时间没有温度记录', en: 'no temperature was recorded in this time' },
  E_TOO_MANY_RECORDS: {
    status: 422,
    zh: '这段时间的记录超过 50000 条',
    en: 'more than 50,000 records in this time',
    wayOut: { zh: '请分段导出', en: 'ask for shorter times' },
  },
} as const satisfies Record<string, Entry>

export type RefusalCode = keyof typeof REFUSALS

export class Refusal extends YaoguiError {
  readonly status: number
  readonly problems: readonly string[]

  constructor(code: RefusalCode, problems: readonly string[] = []) {
    const entry: Entry = REFUSALS[code]
    super(code, { zh: entry.zh, en: entry.en, ...(entry.wayOut ? { wayOut: entry.wayOut } : {}) })
    this.status = entry.status
    this.problems = problems
  }
}
