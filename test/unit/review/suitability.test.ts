import { describe, expect, it } from 'vitest'
import { worstResult } from '#domain/review/finding.ts'
import { RULES } from '#domain/review/rule-set.ts'
import { drug, prescribe, reviewed, verdictOf, without } from '../../lib/central-review.ts'

describe('daily dose', () => {
  const RULE = 'dose-daily-maximum'
  it.each([
    ['at the maximum', [drug('amlodipine-5', { sin_doscnt: 10 })], []],
    ['above it', [drug('amlodipine-5', { sin_doscnt: 10.5 })], ['REQUIRE_OVERRIDE']],
    ['at twice the maximum', [drug('amlodipine-5', { sin_doscnt: 20 })], ['REQUIRE_OVERRIDE']],
    ['beyond twice the maximum', [drug('amlodipine-5', { sin_doscnt: 20.5 })], ['BLOCK']],
    [
      'in micrograms',
      [drug('levothyroxine-50', { sin_doscnt: 0.4, sin_dosunt: 'mg' })],
      ['REQUIRE_OVERRIDE'],
    ],
    [
      'four times two puffs',
      [drug('salbutamol-inhaler', { sin_doscnt: 2, sin_dosunt: '揿', used_frqu_codg: 'QID' })],
      [],
    ],
    [
      'five times as Q6H and more',
      [drug('salbutamol-inhaler', { sin_doscnt: 3, sin_dosunt: '揿', used_frqu_codg: 'Q6H' })],
      ['REQUIRE_OVERRIDE'],
    ],
    [
      'over two lines',
      [drug('amlodipine-5'), drug('amlodipine-5', { sin_doscnt: 10 })],
      ['REQUIRE_OVERRIDE'],
    ],
    [
      'every other day, over it on the day',
      [drug('amlodipine-5', { sin_doscnt: 15, used_frqu_codg: 'QOD' })],
      ['REQUIRE_OVERRIDE'],
    ],
    ['a week’s doses at once', [drug('amlodipine-5', { sin_doscnt: 70, used_frqu_codg: 'QW' })], ['BLOCK']],
    [
      'as needed, over it at the first time',
      [drug('amlodipine-5', { sin_doscnt: 25, used_frqu_codg: 'PRN' })],
      ['BLOCK'],
    ],
    ['no maximum on record', [drug('warfarin-3')], ['UNAVAILABLE']],
    ['no daily count', [drug('amlodipine-5', { used_frqu_codg: 'PRN' })], ['UNAVAILABLE']],
  ] as const)('%s: %j → %j', (_title, drugs, expected) => {
    expect(verdictOf(RULE, prescribe(drugs))).toEqual(expected)
  })

  it('is not judged by an adult’s maximum for a child or at unknown age, unless it exceeds even that', () => {
    const child = { patient: { patn_age: 9 } }
    expect(verdictOf(RULE, prescribe([drug('ibuprofen-sr-300')], child))).toEqual(['UNAVAILABLE'])
    expect(verdictOf(RULE, without(prescribe([drug('ibuprofen-sr-300')]), 'patn_age'))).toEqual([
      'UNAVAILABLE',
    ])
    const much = prescribe([drug('ibuprofen-sr-300', { sin_doscnt: 1500 })], child)
    expect(verdictOf(RULE, much)).toEqual(['BLOCK'])
  })
})

describe('duplicates', () => {
  it('are found on two lines and inside a compound, and not between relatives', () => {
    const of = (...ids: string[]) => verdictOf('duplicate-ingredient', prescribe(ids.map(id => drug(id))))
    expect(of('amlodipine-5', 'amlodipine-5')).toEqual(['REQUIRE_OVERRIDE'])
    expect(of('valsartan-amlodipine-80-5', 'amlodipine-5')).toEqual(['REQUIRE_OVERRIDE'])
    expect(of('valsartan-amlodipine-80-5', 'amlodipine-5', 'valsartan-80')).toHaveLength(2)
    expect(of('amlodipine-5', 'felodipine-sr-5')).toEqual([])
  })
})

describe('metformin and the kidneys', () => {
  const of = (patient: object, ids = ['metformin-500']) =>
    verdictOf(
      'renal-metformin',
      prescribe(
        ids.map(id => drug(id)),
        { patient },
      ),
    )
  it.each([
    [{ egfr: 29.9 }, ['BLOCK']],
    [{ egfr: 30 }, ['WARN']],
    [{ egfr: 44 }, ['WARN']],
    [{ egfr: 45 }, []],
    [{ patn_age: 64 }, ['WARN']],
    [{ patn_age: 65 }, ['UNAVAILABLE']],
  ])('%j → %j', (patient, expected) => {
    expect(of(patient)).toEqual(expected)
  })
  it('are no matter for other drugs, and a missing age is missing too', () => {
    expect(of({ egfr: 10 }, ['amlodipine-5'])).toEqual([])
    const [finding] = reviewed(without(prescribe([drug('metformin-500')]), 'patn_age')).filter(
      ({ rule }) => rule === 'renal-metformin',
    )
    expect(finding).toMatchObject({ result: 'UNAVAILABLE', missing: ['egfr', 'patn_age'] })
  })
})

describe('interactions', () => {
  const results = (...ids: string[]) =>
    reviewed(prescribe(ids.map(id => drug(id))))
      .filter(({ rule }) => rule.startsWith('interaction'))
      .map(({ rule, result }) => [rule, result])
  it.each([
    [['enalapril-10', 'valsartan-80'], [['interaction-acei-arb', 'REQUIRE_OVERRIDE']]],
    [['enalapril-10', 'valsartan-amlodipine-80-5'], [['interaction-acei-arb', 'REQUIRE_OVERRIDE']]],
    [['enalapril-10', 'amlodipine-5'], []],
    [['ibuprofen-sr-300', 'warfarin-3'], [['interaction-nsaid-anticoagulant', 'REQUIRE_OVERRIDE']]],
    [['ibuprofen-sr-300', 'rivaroxaban-10'], [['interaction-nsaid-anticoagulant', 'REQUIRE_OVERRIDE']]],
    [['paracetamol-500', 'warfarin-3'], []],
    [['clarithromycin-250', 'simvastatin-20'], [['interaction-clarithromycin-simvastatin', 'BLOCK']]],
    [['clarithromycin-250', 'rosuvastatin-10'], []],
    [['spironolactone-20', 'enalapril-10'], [['interaction-spironolactone-ras', 'WARN']]],
    [['spironolactone-20', 'valsartan-80'], [['interaction-spironolactone-ras', 'WARN']]],
    [['spironolactone-20', 'amlodipine-5'], []],
  ])('%j → %j', (ids, expected) => {
    expect(results(...ids)).toEqual(expected)
  })
})

describe('pregnancy', () => {
  const of = (id: string, patient: object) =>
    reviewed(prescribe([drug(id)], { patient }))
      .filter(({ rule }) => rule.startsWith('pregnancy'))
      .map(({ result, missing }) => (missing ? `${result} ${missing.join()}` : result))
  const woman = { gend: '2', patn_age: 30 }
  it.each([
    ['enalapril-10', { ...woman, geso_val: 12 }, ['BLOCK']],
    ['valsartan-80', { ...woman, geso_val: 12 }, ['BLOCK']],
    ['atorvastatin-20', { ...woman, geso_val: 12 }, ['BLOCK']],
    ['warfarin-3', { ...woman, geso_val: 12 }, ['BLOCK']],
    ['amlodipine-5', { ...woman, geso_val: 12 }, []],
    ['enalapril-10', { ...woman, geso_val: 0 }, []],
    ['enalapril-10', woman, ['UNAVAILABLE geso_val']],
    ['enalapril-10', { gend: '2', patn_age: 12 }, ['UNAVAILABLE geso_val']],
    ['enalapril-10', { gend: '2', patn_age: 11 }, []],
    ['enalapril-10', { gend: '2', patn_age: 50 }, ['UNAVAILABLE geso_val']],
    ['enalapril-10', { gend: '2', patn_age: 51 }, []],
    ['enalapril-10', { gend: '1', patn_age: 30, geso_val: 12 }, ['UNAVAILABLE gend,geso_val']],
  ])('%s for %j: %j', (id, patient, expected) => {
    expect(of(id, patient)).toEqual(expected)
  })
  it('is unknown where sex is unknown', () => {
    const rx = without(prescribe([drug('enalapril-10')], { patient: { patn_age: 30 } }), 'gend')
    const [finding] = reviewed(rx).filter(({ rule }) => rule === 'pregnancy-ras')
    expect(finding?.missing).toEqual(['gend', 'geso_val'])
  })
})

describe('allergies', () => {
  const of = (algs_his: string, id = 'aspirin-ec-100') =>
    verdictOf('allergy', prescribe([drug(id)], { patient: { algs_his } }))
  it.each([
    ['阿司匹林过敏', 'aspirin-ec-100', ['BLOCK']],
    ['阿司匹林过敏', 'ibuprofen-sr-300', ['REQUIRE_OVERRIDE']],
    ['磺胺类过敏', 'hydrochlorothiazide-25', ['REQUIRE_OVERRIDE']],
    ['对氨氯地平过敏', 'valsartan-amlodipine-80-5', ['BLOCK']],
    ['青霉素过敏', 'amlodipine-5', []],
    ['无', 'aspirin-ec-100', []],
    ['', 'aspirin-ec-100', []],
    ['否认阿司匹林过敏史', 'aspirin-ec-100', []],
    ['否认青霉素过敏；阿司匹林皮疹', 'aspirin-ec-100', ['BLOCK']],
    ['否认食物过敏史但对阿司匹林过敏', 'aspirin-ec-100', ['BLOCK']],
    ['不耐受阿司匹林（胃出血）', 'aspirin-ec-100', ['BLOCK']],
    ['无明显诱因服阿司匹林后皮疹', 'aspirin-ec-100', ['BLOCK']],
    ['除阿司匹林外无药物过敏', 'aspirin-ec-100', ['BLOCK']],
    ['患者否认阿司匹林过敏', 'aspirin-ec-100', []],
    ['红霉素过敏', 'clarithromycin-250', ['REQUIRE_OVERRIDE']],
    ['胰岛素过敏', 'insulin-glargine', ['REQUIRE_OVERRIDE']],
    ['对布洛芬过敏', 'aspirin-ec-100', ['REQUIRE_OVERRIDE']],
  ])('%j with %s: %j', (history, id, expected) => {
    expect(of(history, id)).toEqual(expected)
  })
  it.each(['不详', '患者昏迷，过敏史不清', '药物过敏：未知'])(
    'that nobody knows (%s) are no pass',
    algs_his => {
      const [finding] = reviewed(prescribe([drug('amlodipine-5')], { patient: { algs_his } }))
      expect(finding).toMatchObject({ rule: 'allergy', result: 'UNAVAILABLE', missing: ['algs_his'] })
    },
  )
  it('that nobody asked about are no pass', () => {
    const [finding] = reviewed(without(prescribe([drug('amlodipine-5')]), 'algs_his'))
    expect(finding).toMatchObject({ rule: 'allergy', result: 'UNAVAILABLE', missing: ['algs_his'] })
  })
})

describe('the rule set', () => {
  it('has rules with an id of their own, a version, an official reason code and evidence', () => {
    expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length)
    for (const { version, reason, evidence } of RULES) {
      expect(version).toMatch(/^\d+$/)
      expect(reason).toMatch(/^[1-3]-\d+$/)
      expect(evidence).not.toBe('')
    }
  })

  it('names missing facts in words, and by their fields beside them', () => {
    const prescription = prescribe(
      [
        drug('metformin-500', { used_frqu_codg: 'PRN' }),
        drug('enalapril-10', { sin_dosunt: 'ml' }),
        drug('warfarin-3'),
      ],
      { mdtrtinfo: { patn_name: '张三', prsc_dr_name: '李医师' } },
    )
    const child = prescribe([drug('ibuprofen-sr-300')], { patient: { patn_age: 9 } })
    const findings = [...reviewed(prescription), ...reviewed(child)].filter(({ missing }) => missing)
    expect(new Set(findings.flatMap(({ missing }) => missing)).size).toBe(9)
    for (const { text } of findings) {
      expect(text.zh.replaceAll('eGFR', '')).not.toMatch(/[A-Za-z_]{3,}/)
      expect(text.en).not.toMatch(/_|maxDaily|paediatricMax/)
    }
    expect(findings.map(({ text }) => text.zh).join()).toContain('缺少肾功能 eGFR、年龄')
  })

  it('orders results by what they demand', () => {
    const of = (...results: Parameters<typeof worstResult>[0][number]['result'][]) =>
      worstResult(results.map(result => ({ result })))
    expect(of()).toBe('PASS')
    expect(of('WARN', 'UNAVAILABLE')).toBe('UNAVAILABLE')
    expect(of('UNAVAILABLE', 'REQUIRE_OVERRIDE', 'WARN')).toBe('REQUIRE_OVERRIDE')
    expect(of('BLOCK', 'REQUIRE_OVERRIDE')).toBe('BLOCK')
  })
})
