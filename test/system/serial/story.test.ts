import { describe, expect, it } from 'vitest'
import { yaogui } from '#test/lib/edge-cli.ts'

const story = async (...flags: readonly string[]) => {
  const { code, out, err } = await yaogui(['story', '--json', '--serial', ...flags], { timeout: 110_000 })
  expect(code, err).toBe(0)
  return JSON.parse(out)
}

describe('yaogui story over pseudo-terminals', () => {
  it('runs the whole main job through serial ports, with no byte lost or spoilt', async () => {
    const result = await story()
    expect(result).toMatchObject({
      discrepancies: 0,
      journal: { chainOk: true },
      central: { missing: 0 },
      ok: true,
      wrong: [],
      wire: { over: 'serial', discardedBytes: 0, badChecksums: 0, reopenings: 0 },
    })
    expect(result.matched).toBe(result.released)
    expect(result.matched).toBeGreaterThanOrEqual(3)
    expect(result.wire.answered).toBeGreaterThan(result.dispensed)
  })

  it('goes on at the same ports when the agent is killed with a drawer open', async () => {
    const result = await story('--kill')
    expect(result).toMatchObject({ ok: true, reviewed: 1, wire: { over: 'serial' } })
    expect(result.dispensed).toBe(result.released)
  })
})
