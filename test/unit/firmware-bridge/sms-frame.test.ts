import { describe, expect, it } from 'vitest'
import { smsModem } from '#cli/frame/sms-modem.ts'
import { readPdu } from '#firmware-bridge/protocols/sms-modem/pdu.ts'
import { hex } from '#test/lib/firmware-bridge-streams.ts'

const pdusOf = (to: string, text: string): readonly Uint8Array[] => {
  const [submit] = smsModem.verbs
  if (submit === undefined) throw new Error('no verb')
  return [submit.build({}, { to, text }), ...(submit.buildRest?.({ to, text }) ?? [])]
}

describe('yaogui frame sms-modem', () => {
  it('gives the PDU of a message, each field explained, and the command that goes before it', () => {
    const [pdu, ...rest] = pdusOf('+8613800138000', '冰箱超温')
    expect(rest).toEqual([])
    expect(pdu).toEqual(hex('0031000D91683108108300F00008A70851B07BB18D856E29'))
    const { fields, zh } = smsModem.explain(pdu ?? new Uint8Array(), {})
    expect(Buffer.concat(fields.map(field => field.bytes))).toEqual(Buffer.from(pdu ?? []))
    expect(fields.map(field => field.zh.split('：')[0])).toEqual([
      'SCA',
      'FO',
      'MR',
      'DA',
      'PID',
      'DCS',
      'VP',
      'UDL',
      'UD',
    ])
    expect(zh).toContain('AT+CMGS=23')
  })

  it('gives all PDUs of a long text, in order', () => {
    const text = '3号冰箱超温，请立即查看。'.repeat(10)
    const pdus = pdusOf('10086', text)
    expect(pdus.map(pdu => smsModem.explain(pdu, {}).en.match(/part \d of \d/)?.[0])).toEqual([
      'part 1 of 2',
      'part 2 of 2',
    ])
    const texts = pdus.map(pdu => {
      const read = readPdu(pdu)
      return read?.is === 'submit' ? read.text : ''
    })
    expect(texts.join('')).toBe(text)
  })

  it.each([
    ['0006D60B911326880736F4111011719551401110117195714000', '已送达手机'],
    ['0006D60B911326880736F4111011719551401110117195714041', '不再尝试'],
    ['0006D60B911326880736F4111011719551401110117195714001', '未能确认'],
    ['07917283010010F5040BC87238880900F10000993092516195800AE8329BFD4697D9EC37', 'hellohello'],
  ])('decode %s says what it means', (pdu, meaning) => {
    expect(smsModem.explain(hex(pdu), {}).zh).toContain(meaning)
  })

  it.each([
    ['abc', 'x', 'E_SMS_NUMBER'],
    ['10086', '', 'E_SMS_TEXT'],
  ])('refuses to write to %j the text %j with %s', (to, text, code) => {
    expect(() => pdusOf(to, text)).toThrow(expect.objectContaining({ code }))
  })

  it('refuses what is no PDU', () => {
    expect(() => smsModem.explain(hex('0031000D'), {})).toThrow(
      expect.objectContaining({ code: 'E_FRAME_UNKNOWN' }),
    )
  })
})
