import {
  buildCommand,
  COMMANDS,
  type Command,
  createCommandFramer,
  createReplyFramer,
  type Reply,
} from '#firmware-bridge/protocols/mt-sics/codec.ts'
import { type Explained, explainBy, fieldsOf, type Protocol, reader } from './protocol.ts'

type Words = { readonly zh: string; readonly en: string }

const ASKED: Readonly<Record<Command, Words>> = {
  stable: { zh: '稳定后称重', en: 'the weight when it rests' },
  now: { zh: '立即称重', en: 'the weight now' },
  repeat: { zh: '连续称重', en: 'the weight again and again' },
  zero: { zh: '置零', en: 'zero' },
  tare: { zh: '去皮', en: 'tare' },
  reset: { zh: '复位（清除皮重）', en: 'reset (the tare is gone)' },
  serial: { zh: '序列号', en: 'serial number' },
}

const REFUSED: Readonly<Record<'I' | 'L' | '+' | '-', Words>> = {
  I: { zh: '现在不能执行', en: 'not executable now' },
  L: { zh: '参数不对', en: 'bad parameter' },
  '+': { zh: '超载', en: 'overload' },
  '-': { zh: '低于量程', en: 'below the range' },
}

const ERRORS: Readonly<Record<'ES' | 'ET' | 'EL', Words>> = {
  ES: { zh: '不认识的指令', en: 'unknown command' },
  ET: { zh: '传输误码', en: 'garbled on the way' },
  EL: { zh: '无法执行', en: 'not executable' },
}

const weightWords = ({ of, grams, stable }: Extract<Reply, { is: 'weight' }>): Words => ({
  zh: `${of === 'T' ? '皮重' : '重量'} ${grams} 克，${stable ? '稳定' : '未稳定'}`,
  en: `${of === 'T' ? 'tare' : 'weight'} ${grams} g, ${stable ? 'at rest' : 'moving'}`,
})

const replyWords = (reply: Exclude<Reply, { is: 'unknown' }>): Words => {
  switch (reply.is) {
    case 'weight':
      return weightWords(reply)
    case 'zeroed':
      return { zh: '已置零', en: 'zero is set' }
    case 'serial':
      return { zh: `序列号 ${reply.serial}`, en: `serial number ${reply.serial}` }
    case 'refused':
      return REFUSED[reply.why]
    case 'unit':
      return { zh: `单位不是质量：${reply.unit}`, en: `no unit of mass: ${reply.unit}` }
    case 'error':
      return ERRORS[reply.error]
  }
}

/** The text, byte for byte as it is sent, and the end of the line. */
const explainLine = (words: Words, bytes: Uint8Array): Explained => {
  const shown = Array.from(bytes.slice(0, -2), byte => {
    const char = byte === 0x20 ? '␠' : String.fromCharCode(byte)
    return [`字符 ${char}`, `character ${char}`] as const
  })
  return { ...words, fields: fieldsOf(bytes, [...shown, ['回车 CR', 'CR'], ['换行 LF', 'LF']]) }
}

export const mtSics: Protocol = {
  name: 'mt-sics',
  zh: 'MT-SICS 天平（Mettler-Toledo），9600 8N1',
  en: 'MT-SICS scale',
  verbs: (Object.keys(COMMANDS) as Command[]).map(command => ({
    name: command,
    ...ASKED[command],
    needs: [],
    build: () => buildCommand(command),
  })),
  explain: explainBy([
    reader(createCommandFramer, (command, bytes) =>
      command === 'unknown' ? undefined : explainLine(ASKED[command], bytes),
    ),
    reader(createReplyFramer, (reply, bytes) =>
      reply.is === 'unknown' ? undefined : explainLine(replyWords(reply), bytes),
    ),
  ]),
}
