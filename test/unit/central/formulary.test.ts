import { pinyin } from 'pinyin-pro'
import { describe, expect, it } from 'vitest'
import { SAMPLE_FORMULARY } from '#central/formulary/sample.ts'
import { checkDigitHolds } from '#domain/drug-code/gs1.ts'

const IN_THE_SAMPLE_CABINET = [
  ...['amlodipine-5', 'metformin-500', 'valsartan-80', 'enalapril-10', 'hydrochlorothiazide-25'],
  ...[
    'metoprolol-sr-47',
    'atorvastatin-20',
    'aspirin-ec-100',
    'clopidogrel-75',
    'glimepiride-2',
    'acarbose-50',
  ],
  ...['gliclazide-sr-30', 'salbutamol-inhaler', 'omeprazole-20', 'levothyroxine-50', 'insulin-glargine'],
]

describe('the sample formulary', () => {
  it('has forty items, each once, and all that the sample cabinet holds', () => {
    const ids = SAMPLE_FORMULARY.map(({ id }) => id)
    expect(new Set(ids).size).toBe(40)
    expect(ids).toEqual(expect.arrayContaining(IN_THE_SAMPLE_CABINET))
  })

  it('has codes of its own for pack and case of every item, each good by its check digit', () => {
    const codes = SAMPLE_FORMULARY.flatMap(item => item.codes ?? [])
    expect(new Set(codes.map(({ code }) => code)).size).toBe(4 * 40)
    for (const { code, packs } of codes)
      expect(code.length === 14 ? checkDigitHolds(code) : /^8990\d\d[19]$/.test(code)).toBe(packs > 0)
  })

  it.each(SAMPLE_FORMULARY.map(item => [item.name, item] as const))(
    '%s is consistent in itself',
    (_name, item) => {
      const { name, initials, atc, packGrams, spec, unitsPerPack, id } = item
      expect(id).toMatch(/^[a-z0-9][a-z0-9-]*$/)
      const letters = pinyin(name.replace(/\(.*\)/, ''), {
        pattern: 'first',
        toneType: 'none',
        type: 'array',
      })
      expect(initials).toBe(letters.join('').toUpperCase())
      expect(atc).toMatch(/^[A-Z]\d\d[A-Z]{2}\d\d$/)
      expect(packGrams).toBeGreaterThanOrEqual(8)
      expect(packGrams).toBeLessThanOrEqual(120)
      if (unitsPerPack > 1) expect(spec).toContain(`×${unitsPerPack}`)
    },
  )
})
