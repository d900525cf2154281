import {
  type Answer,
  createAnswerFramer,
  createRequestFramer,
  encode,
  type Odd,
  type Request,
} from '#firmware-bridge/protocols/yaogui-board/codec.ts'
import {
  CALIBRATE,
  KINDS,
  LAYOUTS,
  WIDTHS,
  type Width,
} from '#firmware-bridge/protocols/yaogui-board/layouts.ts'
import { type Explained, explainBy, fieldsOf, type Protocol, reader, type Verb } from './protocol.ts'
import { CODES, FIELDS, TYPES } from './yaogui-board-words.ts'

const shown = (field: string, value: unknown): string => {
  if (typeof value !== 'number') return Array.isArray(value) ? value.join(' ') : ''
  const code = CODES[field]?.(value)
  return code === undefined ? `${value}` : `${value} ${code}`
}

/** A byte of the body stands at its own place on the wire, where it is 00 the stuffing's code instead. */
const explain = (message: Request | Answer | Odd, bytes: Uint8Array): Explained | undefined => {
  if (message.is === 'odd') return undefined
  const { is, board, seq } = message
  const { type, fields } = LAYOUTS[is]
  const [zh, en] = TYPES[is] ?? [is, is]
  const lead = bytes.findIndex(byte => byte !== 0)
  const values = message as Readonly<Record<string, unknown>>
  const told = Object.entries<Width>(fields).map(([field, kind]) => {
    const [zhName, enName] = FIELDS[field] ?? [field, field]
    const value = shown(field, values[field])
    return [`${zhName} ${value}`, `${enName} ${value}`, WIDTHS[kind]] as const
  })
  const hex = type.toString(16).toUpperCase().padStart(2, '0')
  const one = values.lock === undefined ? '' : ` / ${values.lock}`
  const outcome = values.outcome === undefined ? '' : `：${shown('outcome', values.outcome)}`
  return {
    zh: `板 ${board}${one} ${zh}${outcome}；00 在线路上由填充码代替`,
    en: `board ${board}${one}: ${en}${outcome.replace('：', ', ')}; each 00 is a stuffing code on the wire`,
    fields: fieldsOf(bytes, [
      ...Array.from({ length: lead }, () => ['分隔符', 'delimiter'] as const),
      ['填充码 COBS', 'COBS code'],
      [`版本与板 ${board}`, `version and board ${board}`],
      [`类型 ${hex}：${zh}`, `type ${hex}: ${en}`],
      [`序号 ${seq}`, `sequence ${seq}`],
      ...told,
      ['校验 CRC-16，高字节在前', 'CRC-16, high byte first', 2],
      ['分隔符', 'delimiter'],
    ]),
  }
}

/** Frames of the tool are numbered 1; only an agent has more than one question on its mind. */
const seq = 1
const BOARD = { zh: '板 1–31', en: 'board 1–31' }

const verbs: readonly Verb[] = [
  {
    name: 'hello',
    ...BOARD,
    needs: ['board'],
    build: ({ board = NaN }) => encode({ is: 'hello', board, seq, min: 1, max: 1 }),
  },
  {
    name: 'state',
    ...BOARD,
    needs: ['board'],
    build: ({ board = NaN }) => encode({ is: 'state', board, seq }),
  },
  {
    name: 'unlock',
    zh: '板 1–31，锁 1–16，脉冲 20–1000 毫秒（默认 400）；启动号与作废时刻取自 status',
    en: 'board 1–31, lock 1–16, pulse 20–1000 ms (400); boot and until from the status',
    needs: ['board', 'lock', 'boot', 'id', 'until'],
    may: ['pulse'],
    build: ({ board = NaN, lock = NaN, boot = NaN, id = NaN, until = NaN, pulse = 400 }) =>
      encode({ is: 'unlock', board, seq, boot, id, until, lock, pulseMs: pulse }),
  },
  {
    name: 'settle',
    ...BOARD,
    needs: ['board', 'boot', 'id'],
    build: ({ board = NaN, boot = NaN, id = NaN }) => encode({ is: 'settle', board, seq, boot, id }),
  },
  ...(['weight', 'temperature'] as const).map(
    (kind): Verb => ({
      name: kind,
      zh: '板 1–31，通道 1–16',
      en: 'board 1–31, channel 1–16',
      needs: ['board', 'channel'],
      build: ({ board = NaN, channel = NaN }) =>
        encode({ is: 'read', board, seq, kind: KINDS[kind], channel }),
    }),
  ),
  {
    name: 'zero',
    zh: '置零：板 1–31，通道 1–16',
    en: 'board 1–31, channel 1–16',
    needs: ['board', 'channel'],
    build: ({ board = NaN, channel = NaN }) =>
      encode({ is: 'calibrate', board, seq, channel, what: CALIBRATE.zero, hundredths: 0 }),
  },
  {
    name: 'test',
    ...BOARD,
    needs: ['board'],
    build: ({ board = NaN }) => encode({ is: 'test', board, seq }),
  },
]

export const yaoguiBoard: Protocol = {
  name: 'yaogui-board',
  zh: '自研控制板（ESP32/RP2040），115200 8N1 或 USB',
  en: 'our own microcontroller board',
  verbs,
  explain: explainBy([reader(createRequestFramer, explain), reader(createAnswerFramer, explain)]),
}
