import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { examplePlan } from '#hardware/plan-example.ts'
import { checkPlanText, scanJson } from '#hardware/plan-text.ts'

const parses = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const good = JSON.stringify(examplePlan(), null, 2)

describe('the text of a plan', () => {
  it('may begin with the mark that editors on Windows put there', () => {
    expect(checkPlanText(`\u{feff}${good}`).ok).toBe(true)
  })

  it.each([
    ['{\n  "version": 1,\n}', 3, 1],
    ['{\n  "version": 1\n  "lines": []\n}', 3, 3],
    ['{"version": 1, "lines": [', 1, 26],
    ['{"version": "1\n"}', 1, 13],
    ["{'version': 1}", 1, 2],
    ['{"version": 01}', 1, 14],
    ['', 1, 1],
    ['{"version": 1} x', 1, 16],
    ['[nul]', 1, 2],
  ])('%j is no JSON at line %i, column %i', (text, line, column) => {
    const checked = checkPlanText(text)
    expect(checked).toMatchObject({ ok: false, problems: [{ path: '/', line, column }] })
    expect(checked.ok || checked.problems[0]?.message).toMatch(new RegExp(`line ${line} column ${column}`))
  })

  it('with a field that stands twice is refused, as one of the two would silently count', () => {
    const twice = good.replace('"closedWhen": "hook-closed"', '"closedWhen": "hook-open", $&')
    expect(checkPlanText(twice)).toMatchObject({ ok: false, problems: [{ path: '/drawers/0/closedWhen' }] })
  })

  it('nested beyond all sense is refused and exhausts nothing', () => {
    expect(checkPlanText('['.repeat(1_000_000)).ok).toBe(false)
  })

  it('is JSON exactly where JSON.parse says so, however it is cut or changed', () => {
    const json = fc.json({ maxDepth: 4 })
    const damage = fc.tuple(
      fc.nat(),
      fc.nat(3),
      fc.constantFrom('', ',', '"', '}', '[', '\\', '0', ' ', '\u0001', 'e'),
    )
    const texts = fc.oneof(
      json,
      fc.tuple(json, damage).map(([text, [at, cut, put]]) => {
        const from = at % (text.length + 1)
        return text.slice(0, from) + put + text.slice(from + cut)
      }),
    )
    fc.assert(
      fc.property(texts, text => {
        const { ok, at } = scanJson(text)
        expect(ok).toBe(parses(text))
        expect(at).toBeLessThanOrEqual(text.length)
      }),
      { numRuns: 2_000 },
    )
  })
})
