import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sameNumber } from '#firmware-bridge/protocols/sms-modem/address.ts'
import { packSeptets, unpackSeptets } from '#firmware-bridge/protocols/sms-modem/alphabet.ts'
import { hexOf } from '#firmware-bridge/protocols/sms-modem/codec.ts'
import { outcomeOf, readPdu } from '#firmware-bridge/protocols/sms-modem/pdu.ts'
import { buildStatusReport, buildSubmit, validityOctet } from '#firmware-bridge/protocols/sms-modem/submit.ts'
import { CAPACITY, textParts } from '#firmware-bridge/protocols/sms-modem/text.ts'
import { hex } from '#test/lib/firmware-bridge-streams.ts'

const DAY = 24 * 60

const submitted = (text: string, to: string, options: { report?: boolean; days?: number } = {}) =>
  textParts(text, 7).map(part => {
    const { report = false, days = 1 } = options
    const { octets, length } = buildSubmit({ to, part, report, validityMinutes: days * DAY })
    expect(length).toBe(octets.length - 1)
    return hexOf(octets)
  })

const textsIn = (pdus: readonly string[]): string =>
  pdus
    .map(pdu => {
      const read = readPdu(hex(pdu))
      return read?.is === 'submit' ? read.text : undefined
    })
    .join('')

describe('an SMS-SUBMIT', () => {
  it('is built with the golden bytes known from the field, in the GSM alphabet', () => {
    expect(submitted('hellohello', '+46708251358', { days: 4 })).toEqual([
      '0011000B916407281553F80000AA0AE8329BFD4697D9EC37',
    ])
  })

  it('is built in UCS-2 for Chinese text, with a report asked for', () => {
    expect(submitted('冰箱超温', '+8613800138000', { report: true })).toEqual([
      '0031000D91683108108300F00008A70851B07BB18D856E29',
    ])
  })

  it('takes a number as it is dialled, too', () => {
    expect(submitted('CXYE', '10086')[0]).toBe('0011000581' + '0180F6' + '0000A704' + '436CB608')
  })

  it.each(['', '+', 'abc', '12', '+0138', '+86 138', '1380013800013800', '86138\r\nAT', '１００８６'])(
    'is refused for %j, which is no telephone number',
    to => {
      const [part] = textParts('x', 0)
      expect(() => buildSubmit({ to, part, report: false, validityMinutes: DAY })).toThrow(
        expect.objectContaining({ code: 'E_SMS_NUMBER', kind: 'permanent' }),
      )
    },
  )

  it.each([
    [1, 0],
    [5, 0],
    [6, 1],
    [12 * 60, 143],
    [12 * 60 + 1, 144],
    [DAY, 167],
    [DAY + 1, 168],
    [4 * DAY, 170],
    [30 * DAY, 196],
    [30 * DAY + 1, 197],
    [63 * 7 * DAY, 255],
  ])('keeps %i minutes as validity octet %i, never less than asked', (minutes, octet) => {
    expect(validityOctet(minutes)).toBe(octet)
  })

  it.each([0, -1, Number.NaN, 63 * 7 * DAY + 1])('has no validity of %d minutes', minutes => {
    expect(() => validityOctet(minutes)).toThrow(expect.objectContaining({ code: 'E_SMS_VALIDITY' }))
  })
})

describe('a text', () => {
  it.each([
    ['160 letters', 'a'.repeat(160), 'gsm7', [160]],
    ['161 letters', 'a'.repeat(161), 'gsm7', [153, 8]],
    ['80 escape pairs', '€'.repeat(80), 'gsm7', [160]],
    ['81 escape pairs, none of them cut', '€'.repeat(81), 'gsm7', [152, 10]],
    ['70 Chinese characters', '冰'.repeat(70), 'ucs2', [70]],
    ['71 Chinese characters', '冰'.repeat(71), 'ucs2', [67, 4]],
    ['36 surrogate pairs, none of them cut', '😀'.repeat(36), 'ucs2', [66, 6]],
    ['71 characters, one of them Chinese', `${'a'.repeat(70)}冰`, 'ucs2', [67, 4]],
  ] as const)('of %s is cut where the standard cuts it', (_, text, alphabet, lengths) => {
    const parts = textParts(text, 0)
    expect(parts.map(part => part.codes.length)).toEqual(lengths)
    expect(parts.every(part => part.alphabet === alphabet)).toBe(true)
  })

  it('comes back whole from its PDUs, whatever it is, each part with the same reference and its place', () => {
    const chars = fc.constantFrom(...'aZ09@£_\n{}[]~|^\\€Δ冰箱é', '😀', '𠮷')
    fc.assert(
      fc.property(fc.string({ unit: chars, minLength: 1, maxLength: 500 }), text => {
        const pdus = submitted(text, '+8613800138000', { report: true })
        expect(textsIn(pdus)).toBe(text)
        for (const [at, pdu] of pdus.entries()) {
          expect(hex(pdu).length).toBeLessThanOrEqual(1 + 14 + 140)
          const place = { reference: 7, total: pdus.length, part: at + 1 }
          expect(readPdu(hex(pdu))).toMatchObject({
            report: true,
            to: '+8613800138000',
            ...(pdus.length > 1 ? { concatenation: place } : {}),
          })
        }
      }),
    )
  })

  it('with half a surrogate pair is mended, not spoilt', () => {
    expect(textsIn(submitted('冰\ud83d', '10086'))).toBe('冰\ufffd')
  })

  it('is refused when it is empty or longer than 255 parts', () => {
    const most = CAPACITY.ucs2.joined * 255
    expect(textParts('冰'.repeat(most), 0)).toHaveLength(255)
    for (const text of ['', '冰'.repeat(most + 1)])
      expect(() => textParts(text, 0)).toThrow(expect.objectContaining({ code: 'E_SMS_TEXT' }))
  })
})

describe('an SMS-DELIVER', () => {
  it.each([
    [
      '07917283010010F5040BC87238880900F10000993092516195800AE8329BFD4697D9EC37',
      { from: '27838890001', text: 'hellohello', centre: '+27381000015' },
    ],
    [
      '07919730071111F1000B919746121611F10000811170021222230DC8329BFD6681EE6F399B1C02',
      { from: '+79642161111', text: 'Hello, world!', at: new Date('2018-11-07T12:21:22Z') },
    ],
    // A sender that is a name, and Chinese text.
    [
      '0891683108200505F0040BD0E8329BFD3E03000862100300000023044F60597D',
      { from: 'hellog', text: '你好', centre: '+8613800250500' },
    ],
  ])('%s is read', (pdu, means) => {
    expect(readPdu(hex(pdu))).toMatchObject({ is: 'deliver', ...means })
  })
})

describe('an SMS-STATUS-REPORT', () => {
  it('is read with the reference, the outcome and the time of the network', () => {
    expect(readPdu(hex('0006D60B911326880736F4111011719551401110117195714000'))).toMatchObject({
      is: 'status-report',
      reference: 214,
      to: '+31628870634',
      status: 0,
      discharged: new Date('2011-01-11T16:59:17Z'),
    })
  })

  it('is read with optional parameters behind it, and gives back what the emulator builds', () => {
    const at = new Date('2026-03-01T02:00:00Z')
    const { octets } = buildStatusReport({
      reference: 9,
      to: '10086',
      sent: at,
      discharged: at,
      status: 0x41,
    })
    const means = { reference: 9, to: '10086', discharged: at, status: 0x41 }
    expect(readPdu(octets)).toMatchObject(means)
    expect(readPdu(Uint8Array.of(...octets, 0x01, 0x00))).toMatchObject(means)
  })

  it.each([
    [0x00, 'delivered'],
    [0x01, 'unconfirmed'],
    [0x02, 'failed'],
    [0x20, 'trying'],
    [0x3f, 'trying'],
    [0x40, 'failed'],
    [0x65, 'failed'],
  ])('of status %i says %s', (status, outcome) => {
    expect(outcomeOf(status)).toBe(outcome)
  })
})

describe('PDUs', () => {
  it('cut off at any octet, or with one more, are not understood at all', () => {
    for (const pdu of submitted('a'.repeat(200), '+8613800138000').map(hex)) {
      for (let at = 0; at < pdu.length; at++) expect(readPdu(pdu.slice(0, at))).toBeUndefined()
      expect(readPdu(Uint8Array.of(...pdu, 0))).toBeUndefined()
    }
  })

  it('of any octets never make the reader throw, and its fields are those octets in order', () => {
    const some = hex('0031000D91683108108300F00008A70851B07BB18D856E29')
    const changed = fc
      .array(fc.tuple(fc.nat(some.length - 1), fc.nat(255)), { maxLength: 6 })
      .map(hits => hits.reduce((pdu, [at, value]) => pdu.with(at, value), some))
    fc.assert(
      fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 180 })), octets => {
        const pdu = readPdu(octets)
        if (pdu) expect(Buffer.concat(pdu.fields.map(field => field.octets))).toEqual(Buffer.from(octets))
      }),
      { numRuns: 2_000 },
    )
  })

  it('pack septets so that any of them come back, whatever stands before them', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0x7f), { maxLength: 160 }), fc.nat(6), (septets, fill) => {
        const octets = packSeptets(septets, fill)
        expect(unpackSeptets(octets, septets.length, fill)).toEqual(septets)
        expect(octets).toHaveLength(Math.ceil((septets.length * 7 + fill) / 8))
      }),
    )
  })

  it('name one telephone with and without its country code, and never two', () => {
    expect(sameNumber('+8613800138000', '13800138000')).toBe(true)
    expect(sameNumber('13800138000', '8613800138000')).toBe(true)
    expect(sameNumber('+8613800138000', '+8613800138001')).toBe(false)
    expect(sameNumber('', '10086')).toBe(false)
  })
})
