import { describe, expect, it } from 'vitest'
import { workDays } from '#test/lib/edge-days.ts'

/** More of them: `npm run days -- --runs 2000`. */
const RUNS = Number(process.env.YAOGUI_DAYS ?? 40)

describe('a random day of work with random faults', () => {
  it('breaks no rule, and the evening brings the cabinet to rest', async () => {
    const kinds = new Map<string, number>()
    const onDay = (counts: Readonly<Record<string, number>>): void => {
      for (const [kind, n] of Object.entries(counts)) kinds.set(kind, (kinds.get(kind) ?? 0) + n)
    }
    await workDays({ runs: RUNS, seed: 20261122, length: 40, onDay })
    // A proof over days on which nothing happened would be none.
    for (const kind of [
      'withdrawal.completed',
      'withdrawal.reviewed',
      'operation.completed',
      'operation.reviewed',
      'unlock.unconfirmed',
      'drawer.tamper',
      'key.returned',
      'case.opened',
    ])
      expect(kinds.get(kind) ?? 0, kind).toBeGreaterThan(0)
  })
})
