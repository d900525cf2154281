import {
  buildTrigger,
  buildTriggerReply,
  createScanFramer,
  createTriggerFramer,
  type Scan,
} from '#firmware-bridge/protocols/scanner/codec.ts'
import { explainBy, hexOf, type Protocol, type Reader, reader } from './protocol.ts'

const wordsFor = (scan: Scan): { readonly zh: string; readonly en: string } => {
  if (scan.is === 'unreadable') return { zh: '读不出的码', en: 'unreadable' }
  if (scan.is === 'code') {
    return scan.kind === 'trace-20'
      ? {
          zh: `药品追溯码 ${scan.code}（药品标识码 ${scan.drug}）`,
          en: `trace code ${scan.code} (drug ${scan.drug})`,
        }
      : { zh: `其他码 ${scan.code}`, en: `other code ${scan.code}` }
  }
  if (scan.sscc !== undefined) {
    const { sscc, content = '–', count = '–' } = scan
    return {
      zh: `箱码 SSCC ${sscc}，内装 GTIN ${content}，数量 ${count}`,
      en: `case, SSCC ${sscc}, holds GTIN ${content}, count ${count}`,
    }
  }
  const { gtin = '–', expiry = '–', lot = '–', serial = '–', doubtful } = scan
  return {
    zh: `GTIN ${gtin}，有效期 ${expiry}，批号 ${lot}，序列号 ${serial}${doubtful ? '（可能丢失分隔符，请核对）' : ''}`,
    en: `GTIN ${gtin}, expiry ${expiry}, lot ${lot}, serial ${serial}${doubtful ? ' (a separator may be lost: compare)' : ''}`,
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
