import { YaoguiError } from '#domain/error.ts'
import { SCALE_FAULTS } from '#firmware-bridge/protocols/modbus-scale/board.ts'
import {
  buildRead,
  createRequestFramer,
  createResponseFramer,
  type ReadRequest,
  type ReadResponse,
} from '#firmware-bridge/protocols/modbus-scale/codec.ts'
import { scaleMaps } from '#firmware-bridge/protocols/modbus-scale/maps.ts'
import { modbusScaleModels } from '#firmware-bridge/protocols/modbus-scale/models.ts'
import { decodeScale, type ScaleMap } from '#firmware-bridge/protocols/modbus-scale/registers.ts'
import { usage } from '../report.ts'
import {
  type Explained,
  explainBy,
  fieldsOf,
  type Numbers,
  type Protocol,
  reader,
  type Texts,
} from './protocol.ts'

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

/** The map of the product that was named, if one was. */
const mapOf = ({ model }: Texts): ScaleMap | undefined => {
  if (model === undefined) return undefined
  const known = modbusScaleModels.find(each => each === model)
  if (known) return scaleMaps[known]
  const all = modbusScaleModels.join(' ')
  throw new YaoguiError('E_MODBUS_MODEL', {
    zh: `没有型号 ${model}：可用 ${all}`,
    en: `no model ${model}: ${all}`,
  })
}

const buildVerb = ({ slave = NaN, address, words }: Numbers, texts: Texts): Uint8Array => {
  const map = mapOf(texts)
  if (map) {
    if (address === undefined && words === undefined) return checkedRead({ slave, ...map.span })
    throw usage(
      '--model 已定寄存器，不用 --address、--words',
      '--model says which registers: no --address, --words',
    )
  }
  if (address !== undefined && words !== undefined) return checkedRead({ slave, address, words })
  throw usage('需要 --address 与 --words，或 --model', 'needs --address and --words, or --model')
}

const restWords = (stable: boolean | undefined): readonly [zh: string, en: string] => {
  if (stable === undefined) return ['产品不报告是否稳定', 'it does not tell whether it rests']
  return stable ? ['稳定', 'at rest'] : ['未稳定', 'moving']
}

const weightWords = (
  map: ScaleMap,
  words: readonly number[],
): { readonly zh: string; readonly en: string } => {
  const reading = decodeScale(map, words)
  if (reading.is === 'fault') {
    const [, , zh, en] = SCALE_FAULTS[reading.fault]
    return { zh: `无重量：${zh}`, en: `no weight: it ${en}` }
  }
  const { grams, stable } = reading
  const [zh, en] = restWords(stable)
  return { zh: `重量 ${grams} 克，${zh}`, en: `weight ${grams} g, ${en}` }
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

const explainResponse = (response: ReadResponse, bytes: Uint8Array, map?: ScaleMap): Explained => {
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
  const meant =
    map && words.length === map.span.words
      ? weightWords(map, words)
      : {
          zh: `寄存器 ${words.join('、')}；含义见该产品的寄存器表（--model）`,
          en: `registers ${words.join(', ')}; the product's register map says what they mean (--model)`,
        }
  const from0 = map?.span.address
  return {
    zh: `从站 ${slave}：${meant.zh}`,
    en: `slave ${slave}: ${meant.en}`,
    fields: fieldsOf(bytes, [
      from,
      FUNCTION,
      [`${words.length * 2} 字节数据`, `${words.length * 2} bytes follow`],
      ...words.map((word, at) =>
        from0 === undefined
          ? ([`第 ${at + 1} 个寄存器：${word}`, `register ${at + 1}: ${word}`, 2] as const)
          : ([`寄存器 ${from0 + at}：${word}`, `register ${from0 + at}: ${word}`, 2] as const),
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
      zh: `读寄存器：从站 1–247；用 --address 与 --words，或用 --model：${modbusScaleModels.join('、')}`,
      en: 'slave 1–247; with --address and --words, or with --model',
      needs: ['slave'],
      may: ['address', 'words', 'model'],
      build: buildVerb,
    },
  ],
  decodeMay: ['model'],
  explain: (bytes, texts) => {
    const map = mapOf(texts)
    return explainBy([
      reader(createRequestFramer, explainRequest),
      reader(createResponseFramer, (response, frame) => explainResponse(response, frame, map)),
    ])(bytes)
  },
}
