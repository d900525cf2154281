import { YaoguiError } from '#domain/error.ts'
import {
  buildRead,
  createRequestFramer,
  createResponseFramer,
  type ReadRequest,
  type ReadResponse,
} from '#firmware-bridge/protocols/modbus-scale/codec.ts'
import { type Explained, explainBy, fieldsOf, type Protocol, reader } from './protocol.ts'

const CRC = ['校验 CRC-16，低字节在前', 'CRC-16, low byte first', 2] as const
const FUNCTION = ['功能码：读保持寄存器', 'function: read holding registers'] as const

const checkedRead = (request: ReadRequest): Uint8Array => {
  try {
    return buildRead(request)
  } catch (cause) {
    throw new YaoguiError('E_MODBUS_RANGE', {
      zh: '从站须为 1–247，地址 0–65535，寄存器数 1–125',
      en: 'slave 1–247, address 0–65535, words 1–125',
      cause,
    })
  }
}

const explainRequest = ({ slave, address, words }: ReadRequest, bytes: Uint8Array): Explained => ({
  zh: `读从站 ${slave} 从 ${address} 起的 ${words} 个寄存器`,
  en: `read ${words} registers of slave ${slave} from ${address}`,
  fields: fieldsOf(bytes, [
    [`从站 ${slave}`, `slave ${slave}`],
    FUNCTION,
    [`起始地址 ${address}`, `first register ${address}`, 2],
    [`寄存器数 ${words}`, `${words} registers`, 2],
    CRC,
  ]),
})

const explainResponse = (response: ReadResponse, bytes: Uint8Array): Explained => {
  const { slave } = response
  const from = [`从站 ${slave}`, `slave ${slave}`] as const
  if (response.is === 'exception') {
    const { exception } = response
    return {
      zh: `从站 ${slave} 报告异常 ${exception}`,
      en: `slave ${slave} answers exception ${exception}`,
      fields: fieldsOf(bytes, [
        from,
        ['功能码加 80：异常', 'function with 80: exception'],
        [`异常码 ${exception}`, `exception ${exception}`],
        CRC,
      ]),
    }
  }
  const { words } = response
  return {
    zh: `从站 ${slave} 的寄存器：${words.join('、')}；含义见该产品的寄存器表`,
    en: `registers of slave ${slave}: ${words.join(', ')}; the product's register map says what they mean`,
    fields: fieldsOf(bytes, [
      from,
      FUNCTION,
      [`${words.length * 2} 字节数据`, `${words.length * 2} bytes follow`],
      ...words.map(
        (word, at) => [`第 ${at + 1} 个寄存器：${word}`, `register ${at + 1}: ${word}`, 2] as const,
      ),
      CRC,
    ]),
  }
}

export const modbusScale: Protocol = {
  name: 'modbus-scale',
  zh: 'Modbus RTU 称重变送器',
  en: 'Modbus RTU weighing transmitter',
  verbs: [
    {
      name: 'read',
      zh: '读寄存器：从站 1–247',
      en: 'slave 1–247',
      needs: ['slave', 'address', 'words'],
      build: ({ slave = NaN, address = NaN, words = NaN }) => checkedRead({ slave, address, words }),
    },
  ],
  explain: explainBy([
    reader(createRequestFramer, explainRequest),
    reader(createResponseFramer, explainResponse),
  ]),
}
