import { type Code, readCode } from '#domain/drug-code/code.ts'
import {
  buildTrigger,
  buildTriggerReply,
  createScanFramer,
  createTriggerFramer,
  type Scan,
} from '#firmware-bridge/protocols/scanner/codec.ts'
import { explainBy, hexOf, type Protocol, type Reader, reader } from './protocol.ts'

type Words = { readonly zh: string; readonly en: string }

const gs1Words = (gs1: Extract<Code, { is: 'gs1' }>): Words => {
  if (gs1.sscc !== undefined) {
    const { sscc, content = '–', count = '–' } = gs1
    return {
      zh: `箱码 SSCC ${sscc}，内装 GTIN ${content}，数量 ${count}`,
      en: `case, SSCC ${sscc}, holds GTIN ${content}, count ${count}`,
    }
  }
  const { gtin = '–', expiry = '–', lot = '–', serial = '–', doubtful } = gs1
  return {
    zh: `GTIN ${gtin}，有效期 ${expiry}，批号 ${lot}，序列号 ${serial}${doubtful ? '（可能丢失分隔符，请核对）' : ''}`,
    en: `GTIN ${gtin}, expiry ${expiry}, lot ${lot}, serial ${serial}${doubtful ? ' (a separator may be lost: compare)' : ''}`,
  }
}

const wordsFor = (scan: Scan): Words => {
  if (scan.is === 'unreadable') return { zh: '读不出的码', en: 'unreadable' }
  const { code, symbology } = scan
  const read = readCode(code, symbology)
  switch (read.is) {
    case 'gs1':
      return gs1Words(read)
    case 'trace-20':
      return {
        zh: `药品追溯码 ${code}（药品标识码 ${read.drug}）`,
        en: `trace code ${code} (drug ${read.drug})`,
      }
    case 'article':
      return { zh: `商品条码，GTIN ${read.gtin}`, en: `article number, GTIN ${read.gtin}` }
    case 'other':
      return { zh: `其他码 ${code}`, en: `other code ${code}` }
  }
}

const readTriggerReply: Reader = bytes => {
  if (hexOf(bytes) !== hexOf(buildTriggerReply())) return undefined
  const zh = '已收到触发指令，不是码'
  const en = 'the trigger was heard; no code'
  return { zh, en, fields: [{ bytes, zh: '触发应答', en: 'answer to the trigger' }] }
}

const readScans: Reader = bytes => {
  const framer = createScanFramer()
  const scans = framer.push(bytes).flatMap(part => (part.is === 'frame' ? part.frame : []))
  if (scans.length === 0 || framer.held() > 0) return undefined
  const words = scans.map(wordsFor)
  const zh = words.map(each => each.zh).join('；')
  const en = words.map(each => each.en).join('; ')
  return { zh, en, fields: [{ bytes, zh: `${scans.length} 个码`, en: `codes: ${scans.length}` }] }
}

export const scanner: Protocol = {
  name: 'scanner',
  zh: '串口扫码器',
  en: 'serial scanner',
  verbs: [{ name: 'trigger', zh: '触发扫描', en: 'start a scan', needs: [], build: buildTrigger }],
  explain: explainBy([
    reader(createTriggerFramer, (_, bytes) => {
      const zh = '触发扫描'
      const en = 'start a scan'
      return { zh, en, fields: [{ bytes, zh, en }] }
    }),
    readTriggerReply,
    readScans,
  ]),
}
