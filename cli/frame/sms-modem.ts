import { type FieldName, outcomeOf, type ReadPdu, readPdu } from '#firmware-bridge/protocols/sms-modem/pdu.ts'
import { buildSubmit } from '#firmware-bridge/protocols/sms-modem/submit.ts'
import { type TextPart, textParts } from '#firmware-bridge/protocols/sms-modem/text.ts'
import { type Explained, explainBy, type Field, type Protocol, type Texts } from './protocol.ts'

type Words = { readonly zh: string; readonly en: string }
type Explain = (pdu: ReadPdu, octets: Uint8Array) => Words

const same = (both: string): Words => ({ zh: both, en: both })
const first = (octets: Uint8Array): number => octets[0] ?? 0

const ALPHABETS: Readonly<Record<string, Words>> = {
  gsm7: { zh: 'GSM 7 位字母表', en: 'GSM 7-bit alphabet' },
  ucs2: same('UCS-2'),
  octets: { zh: '8 位数据', en: '8-bit data' },
}

const OUTCOMES: Readonly<Record<ReturnType<typeof outcomeOf>, Words>> = {
  delivered: { zh: '已送达手机', en: 'the telephone has it' },
  unconfirmed: { zh: '已转发，未能确认', en: 'passed on, not confirmed' },
  trying: { zh: '未送达，网络仍在尝试', en: 'not delivered, the network still tries' },
  failed: { zh: '未送达，不再尝试', en: 'not delivered, no further tries' },
}

const validityWords = (minutes: number | undefined): Words => {
  if (minutes === undefined) return { zh: '按时刻', en: 'until a time' }
  if (minutes < 24 * 60) return { zh: `${minutes} 分钟`, en: `${minutes} min` }
  const days = minutes / (24 * 60)
  return { zh: `${days} 天`, en: days === 1 ? '1 day' : `${days} days` }
}

const kindWords: Explain = (pdu, octets) => {
  const header = first(octets) & 0x40 ? { zh: '，有用户数据头', en: ', with user data header' } : same('')
  const kinds: Record<ReadPdu['is'], Words> = {
    submit: { zh: 'SMS-SUBMIT', en: 'SMS-SUBMIT' },
    deliver: { zh: 'SMS-DELIVER', en: 'SMS-DELIVER' },
    'status-report': { zh: 'SMS-STATUS-REPORT', en: 'SMS-STATUS-REPORT' },
  }
  const report = pdu.is === 'submit' && pdu.report ? { zh: '，要状态报告', en: ', report wanted' } : same('')
  const { zh, en } = kinds[pdu.is]
  return { zh: `${zh}${report.zh}${header.zh}`, en: `${en}${report.en}${header.en}` }
}

const other = (pdu: ReadPdu): string => (pdu.is === 'deliver' ? pdu.from : pdu.to)

const partOf = (pdu: ReadPdu): Words => {
  const joined = pdu.is === 'status-report' ? undefined : pdu.concatenation
  if (joined === undefined) return same('')
  const { part, total, reference } = joined
  return {
    zh: `第 ${part}/${total} 条，长短信编号 ${reference}`,
    en: `part ${part} of ${total}, reference ${reference}`,
  }
}

const EXPLAIN: Readonly<Record<FieldName, Explain>> = {
  SCA: ({ centre = '' }) => ({
    zh: `短信中心：${centre || 'SIM 卡中的'}`,
    en: `service centre: ${centre || 'as on the card'}`,
  }),
  FO: kindWords,
  MR: (pdu, octets) =>
    pdu.is === 'submit'
      ? { zh: '参考号，发送时由模块填写', en: 'reference, set by the modem when it sends' }
      : same(`${first(octets)}`),
  DA: pdu => ({ zh: `收件人 ${other(pdu)}`, en: `to ${other(pdu)}` }),
  OA: pdu => ({ zh: `发件人 ${other(pdu)}`, en: `from ${other(pdu)}` }),
  RA: pdu => ({ zh: `收件人 ${other(pdu)}`, en: `to ${other(pdu)}` }),
  PID: () => ({ zh: '协议', en: 'protocol' }),
  DCS: pdu => {
    const { zh, en } = ALPHABETS[pdu.is === 'status-report' ? 'octets' : pdu.alphabet] ?? same('')
    return { zh: `编码：${zh}`, en: `coding: ${en}` }
  },
  VP: pdu => {
    const { zh, en } = validityWords(pdu.is === 'submit' ? pdu.validityMinutes : undefined)
    return { zh: `有效期 ${zh}`, en: `valid for ${en}` }
  },
  SCTS: () => ({ zh: '短信中心时间', en: 'time at the service centre' }),
  DT: () => ({ zh: '完成时间', en: 'time of the outcome' }),
  ST: (_, octets) => OUTCOMES[outcomeOf(first(octets))],
  UDL: (pdu, octets) => {
    const unit =
      pdu.is !== 'status-report' && pdu.alphabet === 'gsm7'
        ? { zh: '个 7 位码', en: 'septets' }
        : { zh: '字节', en: 'octets' }
    return { zh: `长度 ${first(octets)} ${unit.zh}`, en: `length ${first(octets)} ${unit.en}` }
  },
  UDH: pdu => {
    const { zh, en } = partOf(pdu)
    return { zh: `用户数据头：${zh || '其他'}`, en: `user data header: ${en || 'other'}` }
  },
  UD: pdu => same(pdu.is === 'status-report' ? '' : JSON.stringify(pdu.text)),
  rest: () => ({ zh: '其余可选参数', en: 'optional parameters' }),
}

const summary = (pdu: ReadPdu, octets: Uint8Array): Words => {
  if (pdu.is === 'status-report') {
    const { zh, en } = OUTCOMES[outcomeOf(pdu.status)]
    return {
      zh: `给 ${pdu.to} 的短信（参考号 ${pdu.reference}）：${zh}`,
      en: `message ${pdu.reference} to ${pdu.to}: ${en}`,
    }
  }
  const part = partOf(pdu)
  const text = `${JSON.stringify(pdu.text)}`
  if (pdu.is === 'deliver')
    return {
      zh: `${pdu.from} 发来 ${text} ${part.zh}`.trim(),
      en: `${pdu.from} wrote ${text} ${part.en}`.trim(),
    }
  const command = `AT+CMGS=${octets.length - 1 - first(octets)}`
  return {
    zh: `发给 ${pdu.to}${part.zh && `，${part.zh}`}：先发 ${command}，见到 > 后发以上十六进制（不带空格）与 Ctrl-Z`,
    en: `to ${pdu.to}${part.en && `, ${part.en}`}: send ${command}, at the > this hex without blanks and Ctrl-Z`,
  }
}

const explainPdu = (octets: Uint8Array): Explained | undefined => {
  const pdu = readPdu(octets)
  if (pdu === undefined) return undefined
  const fields = pdu.fields.map((field): Field => {
    const { zh, en } = EXPLAIN[field.name](pdu, field.octets)
    return { bytes: field.octets, zh: `${field.name}：${zh}`, en: `${field.name}: ${en}` }
  })
  return { ...summary(pdu, octets), fields }
}

const VALIDITY_MINUTES = 24 * 60

const submit = ({ to = '', text = '' }: Texts): readonly [Uint8Array, ...Uint8Array[]] => {
  const pdu = (part: TextPart): Uint8Array =>
    buildSubmit({ to, part, report: true, validityMinutes: VALIDITY_MINUTES }).octets
  const [first, ...rest] = textParts(text, 0)
  return [pdu(first), ...rest.map(pdu)]
}

export const smsModem: Protocol = {
  name: 'sms-modem',
  zh: '短信模块（3GPP 27.005，PDU 模式）',
  en: 'GSM modem, PDU mode',
  verbs: [
    {
      name: 'submit',
      zh: '发送短信的 PDU',
      en: 'the PDUs of a message',
      needs: ['to', 'text'],
      build: (_, texts) => submit(texts)[0],
      buildRest: texts => submit(texts).slice(1),
    },
  ],
  explain: explainBy([explainPdu]),
}
