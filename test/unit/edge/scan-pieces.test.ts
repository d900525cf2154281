import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SAMPLE_FORMULARY } from '#central/formulary/sample.ts'
import { initialsOf, matchesInitials } from '#domain/initials.ts'
import { findDrugs } from '#edge/authorisation/drug-search.ts'
import { createInitialsCache } from '#edge/authorisation/search.ts'
import { createBadges } from '#edge/scanning/badges.ts'
import { crossCheck } from '#edge/scanning/cross-check.ts'
import { tellable } from '#edge/scanning/tellable.ts'
import { edgeClock } from '#test/lib/edge-clock.ts'

describe('scale and scanner', () => {
  it.each([
    ['agree', 2, 2, false, undefined],
    ['agree, every pack scanned as it must be', 2, 2, true, undefined],
    ['contradict each other: one pack was not scanned', 2, 1, false, 'E_SCAN_COUNT'],
    ['contradict each other: one pack went back', 2, 3, false, 'E_SCAN_COUNT'],
    ['contradict each other where all must be scanned and none was', 2, 0, true, 'E_SCAN_COUNT'],
    ['say nothing against each other where nothing was scanned', 2, 0, false, undefined],
    ['leave it to a person when the scale cannot say', null, 1, true, undefined],
    ['agree on nothing taken', 0, 0, true, undefined],
  ] as const)('%s', (_, weighed, scanned, required, code) => {
    expect(crossCheck({ weighed, scanned, required })).toBe(code)
  })

  it('never pass for equal while they differ and something was scanned', () => {
    const packs = fc.integer({ min: 0, max: 30 })
    fc.assert(
      fc.property(packs, packs, fc.boolean(), (weighed, scanned, required) => {
        const code = crossCheck({ weighed, scanned, required })
        expect(code === undefined).toBe(weighed === scanned || (scanned === 0 && !required))
      }),
    )
  })
})

describe('what the journal says of a text that was not understood', () => {
  it.each([
    ['a slip', `RX1:${'6BF'.repeat(200)}`, 'RX1:…(604)'],
    ['a token', 'eyJhbGciOiJFZERTQSJ9.eyJyeCI6MX0.AAAA', 'eyJ…(37)'],
    ['a badge', 'YGB:778812', 'YGB:…(10)'],
    ['a printed slip', 'YGP:RX-8001', 'YGP:…(11)'],
    ['an identity card', '110101195803074013', '(身份证号)'],
    ['an identity number within', 'id=11010119580307401X;', 'id=(身份证号);'],
    ['a foreign code with separators', '[)>\x1e06\x1dABC', '[)>·06·ABC'],
    ['anything long', 'x'.repeat(300), 'x'.repeat(64)],
  ])('of %s is short and tells nothing of a patient, nor a credential', (_, text, told) => {
    expect(tellable(text)).toBe(told)
  })
})

describe('a badge that was scanned', () => {
  it('is handed on as a word for this reading, for two minutes', () => {
    const clock = edgeClock()
    const badges = createBadges(clock)
    const ticket = badges.ticketFor('778812')
    expect(ticket).not.toContain('778812')
    expect(badges.resolve(ticket)).toBe('778812')
    clock.pass(120_000)
    expect(badges.resolve(ticket)).toBe(ticket)
  })

  it('may also come as its text, with or without its mark', () => {
    const badges = createBadges(edgeClock())
    expect([badges.resolve('YGB:778812'), badges.resolve('778812')]).toEqual(['778812', '778812'])
  })
})

describe('pinyin initials', () => {
  it.each([
    ['ZGF', '张桂芳', true],
    ['GF', '张桂芳', true],
    ['zgf', '张桂芳', true],
    ['ZF', '张桂芳', false],
    ['ZQH', '曾庆红', true],
    ['CQH', '曾庆红', true],
    ['ALDP', '苯磺酸氨氯地平片', true],
    ['SLP2', '某某缓释片(Ⅱ)', false],
    ['', '张桂芳', true],
  ])('%s in %s: %s', (letters, name, found) => {
    expect(matchesInitials(letters, initialsOf(name))).toBe(found)
  })

  it('find every drug of the sample formulary by the formulary’s own initials', () => {
    for (const { name, initials } of SAMPLE_FORMULARY)
      expect(matchesInitials(initials, initialsOf(name)), name).toBe(true)
  })
})

const FIVE_MG = ['amlodipine-5', 'felodipine-sr-5', 'valsartan-amlodipine-80-5']

describe('R5: a search outside the order flow', () => {
  const search = (q: string, strength?: string) =>
    findDrugs(SAMPLE_FORMULARY, { q, strength }, createInitialsCache()).map(({ id }) => id)

  it.each([['A'], ['AL'], ['ALDP'], ['  ALD  '], ['']])('is refused for %j alone', q => {
    expect(() => search(q)).toThrow(expect.objectContaining({ code: 'E_SEARCH_SHORT' }))
  })

  it('is refused for two initials even with the strength', () => {
    expect(() => search('AL', '5mg')).toThrow(expect.objectContaining({ code: 'E_SEARCH_SHORT' }))
    expect(() => search('ALD', '  ')).toThrow(expect.objectContaining({ code: 'E_SEARCH_SHORT' }))
  })

  it('tells drugs apart by five letters, or by three initials and the strength', () => {
    expect(search('LSALDPP')).toEqual([])
    expect(search('SALDPP')).toEqual(['amlodipine-5'])
    expect(search('LDP', '5mg')).toEqual(FIVE_MG)
    expect(search('LDP', '10mg')).toEqual([])
  })

  it.each([
    ['5mg', FIVE_MG],
    ['5 MG', FIVE_MG],
    ['5', FIVE_MG],
    ['25mg', []],
    ['0.5', []],
    ['5m', []],
  ])('takes the strength %s for what it is', (strength, ids) => {
    expect(search('LDP', strength)).toEqual(ids)
  })
})
