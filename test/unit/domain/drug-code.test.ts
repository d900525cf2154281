import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCode } from '#domain/drug-code/code.ts'
import { parseGs1 } from '#domain/drug-code/gs1.ts'
import { contentOf, readPack } from '#domain/drug-code/pack.ts'

const GS = '\x1d'
const GTIN = '06901234567892'
const CODE = `01${GTIN}17271231` + `10A2026${GS}21S001`
const PACK = { gtin: GTIN, expiry: '2027-12-31', lot: 'A2026', serial: 'S001', doubtful: false }
const TRACE = '81234567890123456789'

describe('a scanned text', () => {
  it.each([']C1', ']d2', ']Q3', ']e0', ']J1', undefined])('is GS1 data with the symbology %s', symbology => {
    expect(readCode(CODE, symbology)).toEqual({ is: 'gs1', ...PACK })
  })

  it('is told from GS1 data by its identifier, whatever the digits look like', () => {
    expect(readCode(CODE, ']C0')).toEqual({ is: 'other' })
    expect(readCode('10A2026', ']C1')).toMatchObject({ is: 'gs1', lot: 'A2026' })
    expect(readCode('10A2026')).toEqual({ is: 'other' })
  })

  it('may be a trace code with letters, whose first seven characters name the drug', () => {
    expect(readCode('8A1234567890123456ZZ')).toEqual({ is: 'trace-20', drug: '8A12345' })
    expect(readCode('8123456789012345678').is).toBe('other')
    expect(readCode('8123456789012345678-').is).toBe('other')
  })

  it('of twenty digits with the check digit of a case is the case, not a trace code', () => {
    expect(readCode('00106901234567890128')).toMatchObject({ is: 'gs1', sscc: '106901234567890128' })
    expect(readCode('00106901234567890129')).toMatchObject({ is: 'trace-20' })
  })

  it('is read in the envelope of ISO/IEC 15434, and any other envelope is left alone', () => {
    const envelope = (inside: string) => `[)>\x1e${inside}\x1e\x04`
    expect(readCode(envelope(`05${GS}${CODE}`), ']d1')).toEqual({ is: 'gs1', ...PACK })
    expect(readCode(envelope(`06${GS}25SUN043325711MH8031200000000001`), ']d1').is).toBe('other')
  })

  it.each([
    ['a path', `https://example.cn/01/${GTIN}/10/A2026/21/S001?17=271231`],
    [
      'a path below another, with a campaign',
      `https://id.gs1.org/p/01/${GTIN}/10/A2026/21/S001?17=271231&x=1`,
    ],
    ['a GTIN of 13 digits', `http://example.cn/01/${GTIN.slice(1)}/10/A2026/21/S001?17=271231`],
  ])('may be a GS1 digital link with %s', (_, link) => {
    expect(readCode(link, ']Q1')).toEqual({ is: 'gs1', ...PACK })
  })

  it.each([
    ['no GTIN', 'https://example.cn/pack/77'],
    ['a wrong check digit', 'https://example.cn/01/06901234567893'],
    ['a qualifier without its value', `https://example.cn/01/${GTIN}/10`],
    ['a broken escape', `https://example.cn/01/${GTIN}/10/%zz`],
    ['no host', 'https:///'],
  ])('is no pack when its link has %s', (_, link) => {
    expect(readCode(link)).toEqual({ is: 'other' })
  })

  it.each([
    ['an EAN of 13', '6901234567892', GTIN],
    ['an EAN of 8', '69012341', '00000069012341'],
    ['the 14 digits of a case', '16901234567899', '16901234567899'],
  ])('may be a bare article number: %s', (_, text, gtin) => {
    expect(readCode(text)).toEqual({ is: 'article', gtin })
    expect(readPack(text)).toEqual({
      is: 'pack',
      pack: { key: gtin, trace: null, lot: null, expiry: null, serial: null, doubtful: false },
    })
  })
})

describe('the code of a pack', () => {
  it('is the same pack however it was printed and read', () => {
    const forms = [
      CODE,
      `21S001${GS}10A2026${GS}17271231` + `01${GTIN}`,
      `01${GTIN}21S001`,
      `https://example.cn/01/${GTIN}/21/S001`,
    ]
    const traces = forms.map(text => {
      const read = readPack(text)
      return read?.is === 'pack' ? read.pack.trace : undefined
    })
    expect(new Set(traces)).toEqual(new Set([`01${GTIN}21S001`]))
  })

  it('of twenty characters says drug and serial, never lot or expiry', () => {
    expect(readPack(TRACE)).toEqual({
      is: 'pack',
      pack: {
        key: '8123456',
        trace: TRACE,
        lot: null,
        expiry: null,
        serial: '7890123456789',
        doubtful: false,
      },
    })
  })

  it('without a serial says which drug and lot, and is no trace code', () => {
    expect(readPack(`01${GTIN}10A2026`)).toMatchObject({ pack: { lot: 'A2026', trace: null } })
  })

  it('of a shipping case is none', () => {
    expect(readPack('00106901234567890128')).toEqual({ is: 'case' })
    expect(readPack('10A2026', ']C1')).toBeUndefined()
    expect(readPack('YGD:D01')).toBeUndefined()
  })

  it('on a case leads to the pack inside by the rule of numbering', () => {
    expect(contentOf('16901234567899')).toBe(GTIN)
    expect(contentOf(GTIN)).toBeUndefined()
    expect(contentOf('96901234567895')).toBeUndefined()
  })

  it('never makes the reading throw, whatever was scanned', () => {
    fc.assert(fc.property(fc.string({ maxLength: 80 }), text => void readPack(text)))
    fc.assert(fc.property(fc.webUrl({ withQueryParameters: true }), text => void readPack(text)))
  })
})

describe('a GS1 element string', () => {
  it.each([
    ['in another order', `21S001${GS}10A2026${GS}17271231` + `01${GTIN}`, PACK],
    ['with a separator in front', GS + CODE, PACK],
    ['whose expiry has no day', `01${GTIN}17280200`, { gtin: GTIN, expiry: '2028-02-29', doubtful: false }],
    [
      'with a production date',
      `01${GTIN}11260101${GS}17271231`,
      { ...PACK, produced: '2026-01-01', lot: undefined, serial: undefined },
    ],
    [
      'of a case with its content',
      `0010690123456789012802${GTIN}172712313740${GS}10AB-C`,
      {
        sscc: '106901234567890128',
        content: GTIN,
        count: 40,
        expiry: '2027-12-31',
        lot: 'AB-C',
        doubtful: false,
      },
    ],
    [
      'with a reimbursement number, a variant and more',
      `01${GTIN}` + `710X1${GS}22V2${GS}240Y${GS}70032712312359${GS}21S001`,
      { gtin: GTIN, serial: 'S001', doubtful: false },
    ],
  ])('%s is read', (_, code, pack) => {
    expect(parseGs1(code)).toEqual(pack)
  })

  it.each([
    ['a wrong check digit', '0106901234567893'],
    ['an impossible day', `01${GTIN}17270230`],
    ['month 13', `01${GTIN}17271301`],
    ['an unknown identifier', `01${GTIN}99X`],
    ['a field cut off', `01${GTIN}1727`],
    ['a separator within a fixed field', `01${GTIN}1727${GS}1231`],
    ['a lot of more than 20 places', `10${'A'.repeat(21)}`],
    ['an empty lot', `10${GS}21S`],
    ['a character that GS1 has not', `10A#${GS}21S`],
    ['letters for a number', `02${GTIN}374x`],
    ['a wrong check digit of a case', '00106901234567890129'],
    ['a field twice', `10A${GS}10B`],
    ['nothing', ''],
  ])('with %s is not understood at all', (_, code) => {
    expect(parseGs1(code)).toBeUndefined()
  })

  it('that lost its separator is marked, so that lot and serial are compared before they are believed', () => {
    const lost = CODE.replace(GS, '')
    expect(parseGs1(lost)).toMatchObject({ gtin: GTIN, lot: 'A202621S001', doubtful: true })
    expect(readPack(lost, ']d2')).toMatchObject({ pack: { key: GTIN, doubtful: true } })
  })

  it('never throws, and gives back what was put in', () => {
    const word = fc.string({ unit: fc.constantFrom(...'ABCXYZ089-/'), minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(word, word, (lot, serial) => {
        expect(parseGs1(`01${GTIN}10${lot}${GS}21${serial}`)).toMatchObject({ gtin: GTIN, lot, serial })
      }),
    )
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('0', '1', '2', '7', 'A', GS), maxLength: 60 }), code => {
        expect(() => parseGs1(code)).not.toThrow()
      }),
    )
  })
})
