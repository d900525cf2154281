import { describe, expect, it } from 'vitest'
import { dosingText } from '#domain/review/dosing.ts'
import { drug, prescribe, reviewed, verdictOf } from '../../lib/central-review.ts'

const five = ['amlodipine-5', 'metformin-500', 'aspirin-ec-100', 'acarbose-50', 'bisoprolol-5']

describe('form', () => {
  it('lets a plain prescription pass without a word', () => {
    expect(reviewed(prescribe([drug('amlodipine-5')]))).toEqual([])
  })

  it('blocks a drug that is in no formulary', () => {
    expect(verdictOf('form-formulary', prescribe([drug('aspirin-81')]))).toEqual(['BLOCK'])
    expect(verdictOf('form-formulary', prescribe([drug('amlodipine-5')]))).toEqual([])
  })

  it('blocks a sixth drug, and counts a drug on two lines once', () => {
    const lines = five.map(id => drug(id))
    expect(verdictOf('form-five-drugs', prescribe(lines))).toEqual([])
    expect(verdictOf('form-five-drugs', prescribe([...lines, drug('acarbose-50')]))).toEqual([])
    expect(verdictOf('form-five-drugs', prescribe([...lines, drug('omeprazole-20')]))).toEqual(['BLOCK'])
  })

  it('blocks a prescription without a diagnosis, also an empty one', () => {
    expect(verdictOf('form-diagnosis', prescribe([drug('amlodipine-5')], { diseinfo: [] }))).toEqual([
      'BLOCK',
    ])
    const blank = prescribe([drug('amlodipine-5')], { diseinfo: [{ diag_name: ' ' }] })
    expect(verdictOf('form-diagnosis', blank)).toEqual(['BLOCK'])
  })

  it('blocks tablets written where packs are counted', () => {
    const tablets = prescribe([drug('amlodipine-5', { drug_cnt: 14, drug_dosunt: '片' })])
    expect(verdictOf('form-pack-unit', tablets)).toEqual(['BLOCK'])
  })

  it('holds until the last instant of the last day in Shanghai', () => {
    const rx = prescribe([drug('amlodipine-5')], { valid_days: 2 })
    expect(verdictOf('form-validity', rx, '2026-11-23T15:59:59.999Z')).toEqual([])
    expect(verdictOf('form-validity', rx, '2026-11-23T16:00:00.000Z')).toEqual(['BLOCK'])
    expect(verdictOf('form-validity', prescribe([], { prsc_time: '2026-13-45 09:00:00' }))).toEqual(['BLOCK'])
  })
})

describe('the time of issue', () => {
  it('may run ahead of the centre’s clock by minutes and not by days', () => {
    const at = (prsc_time: string) =>
      verdictOf('form-validity', prescribe([drug('amlodipine-5')], { prsc_time }))
    expect(at('2026-11-22 09:40:00')).toEqual([])
    expect(at('2026-11-22 09:40:01')).toEqual(['BLOCK'])
    expect(at('2027-01-01 09:00:00')).toEqual(['BLOCK'])
  })
})

describe('dosing on the label', () => {
  it.each([
    ['PO', '口服，每次5mg，每日1次，7天'],
    ['ih', '皮下注射，每次5mg，每日1次，7天'],
    ['constructor', 'constructor，每次5mg，每日1次，7天'],
    [undefined, '每次5mg，每日1次，7天'],
  ])('with route %s reads %s', (medc_way_codg, text) => {
    expect(dosingText(drug('amlodipine-5', medc_way_codg ? { medc_way_codg } : {}))).toBe(text)
  })
})

describe('supply', () => {
  it.each([
    ['ordinary', 7, undefined, []],
    ['ordinary', 8, undefined, ['REQUIRE_OVERRIDE']],
    ['ordinary', 8, ' ', ['REQUIRE_OVERRIDE']],
    ['ordinary', 28, '慢性病', []],
    ['emergency', 3, undefined, []],
    ['emergency', 4, undefined, ['REQUIRE_OVERRIDE']],
    ['long-term', 28, undefined, []],
  ] as const)('of an %s prescription for %i days with reason %j: %j', (kind, days, reason, expected) => {
    const rx = prescribe([drug('amlodipine-5', { medc_days: days })], { kind, ...(reason ? { reason } : {}) })
    expect(verdictOf('supply-days', rx)).toEqual(expected)
  })

  it.each([
    // 28 tablets a pack, one a day.
    ['one pack for a week', { medc_days: 7, drug_cnt: 1 }, []],
    ['a surplus of exactly one pack', { medc_days: 28, drug_cnt: 2 }, []],
    ['a surplus of a little more than one pack', { medc_days: 27, drug_cnt: 2 }, ['REQUIRE_OVERRIDE']],
    ['half a tablet a day', { medc_days: 56, drug_cnt: 2, sin_doscnt: 2.5 }, []],
    [
      'doses in grams',
      { medc_days: 28, drug_cnt: 3, sin_doscnt: 0.005, sin_dosunt: 'g' },
      ['REQUIRE_OVERRIDE'],
    ],
    ['doses in tablets', { medc_days: 28, drug_cnt: 2, sin_doscnt: 1, sin_dosunt: '片' }, []],
    ['every other day', { medc_days: 28, drug_cnt: 2, used_frqu_codg: 'QOD' }, ['REQUIRE_OVERRIDE']],
    ['as needed', { used_frqu_codg: 'PRN' }, ['UNAVAILABLE']],
    ['a dose in millilitres', { sin_dosunt: 'ml' }, ['UNAVAILABLE']],
    ['a dose in a word every object knows', { sin_dosunt: 'constructor' }, ['UNAVAILABLE']],
    ['a dose in capsules of a tablet', { sin_dosunt: '粒' }, ['UNAVAILABLE']],
  ] as const)('is computed in whole packs: %s', (_title, changes, expected) => {
    expect(verdictOf('supply-surplus', prescribe([drug('amlodipine-5', changes)]))).toEqual(expected)
  })

  it('names the fact that is missing', () => {
    const [finding] = reviewed(prescribe([drug('amlodipine-5', { used_frqu_codg: 'PRN' })])).filter(
      ({ rule }) => rule === 'supply-surplus',
    )
    expect(finding?.missing).toEqual(['used_frqu_codg'])
  })

  it('reckons insulin in units', () => {
    const pens = (drug_cnt: number) =>
      prescribe([drug('insulin-glargine', { sin_doscnt: 10, sin_dosunt: 'IU', medc_days: 30, drug_cnt })])
    expect(verdictOf('supply-surplus', pens(2))).toEqual([])
    expect(verdictOf('supply-surplus', pens(3))).toEqual(['REQUIRE_OVERRIDE'])
  })

  it('limits a class-2 psychotropic to seven days without a reason', () => {
    const pills = (medc_days: number, reason?: string) =>
      prescribe([drug('estazolam-1', { medc_days })], { kind: 'extended', ...(reason ? { reason } : {}) })
    expect(verdictOf('supply-controlled', pills(7))).toEqual([])
    expect(verdictOf('supply-controlled', pills(8))).toEqual(['REQUIRE_OVERRIDE'])
    expect(verdictOf('supply-controlled', pills(8, '失眠，路远'))).toEqual([])
  })
})

describe('long-term prescriptions', () => {
  const of = (id: string, days = 28, kind: 'ordinary' | 'long-term' | 'extended' = 'long-term') =>
    verdictOf('long-term-eligibility', prescribe([drug(id, { medc_days: days })], { kind }))

  it('exclude antimicrobials, psychotropics and what needs special storage', () => {
    expect(of('clarithromycin-250')).toEqual(['BLOCK'])
    expect(of('estazolam-1')).toEqual(['BLOCK'])
    expect(of('insulin-glargine')).toEqual(['BLOCK'])
    expect(of('clarithromycin-250', 7, 'ordinary')).toEqual([])
  })

  it('run four weeks freely, twelve with a warning, no longer', () => {
    expect(of('amlodipine-5', 28)).toEqual([])
    expect(of('amlodipine-5', 29, 'extended')).toEqual(['WARN'])
    expect(of('amlodipine-5', 84)).toEqual(['WARN'])
    expect(of('amlodipine-5', 85)).toEqual(['BLOCK'])
  })
})
