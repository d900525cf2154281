import { describe, expect, it } from 'vitest'
import { crash } from '#test/lib/journal-crash.ts'
import { type TruncationReport, truncateCopies } from '#test/lib/journal-truncate.ts'

/** `npm run crash -- --kills 200` is the same with more kills and every 61st byte. */
describe('an agent killed at random instants of its day', () => {
  it('loses nothing it acknowledged, dispenses nothing twice, and opens whatever is left of its files', {
    timeout: 600_000,
  }, async () => {
    let cuts: TruncationReport | undefined
    const report = await crash({
      kills: 8,
      seed: 7,
      afterwards: dataDir => {
        cuts = truncateCopies({ dataDir, stride: 977 })
      },
    })
    expect(report).toMatchObject({ kills: 8, problems: [] })
    expect(report.acknowledged).toBeGreaterThan(0)
    expect(cuts).toMatchObject({ problems: [] })
    expect(cuts?.logCuts).toBeGreaterThan(0)
  })
})
