import { describe, expect, it } from 'vitest'
import { every, pause } from '#edge/clock.ts'
import { edgeClock } from '#test/lib/edge-clock.ts'

const SECOND = 1_000

/** When each turn began, in seconds, of a loop whose turns take so long. */
const turns = async (from: 'end' | 'begin', takes: number): Promise<readonly number[]> => {
  const clock = edgeClock()
  const began: number[] = []
  const stop = every(clock, {
    ...{ ms: 60 * SECOND, from },
    onError: error => {
      throw error
    },
    task: () => {
      began.push(clock.monotonic() / SECOND)
      return pause(clock, takes * SECOND)
    },
  })
  for (let second = 0; second < 290; second += 1) {
    for (let settled = 0; settled < 5; settled += 1) await Promise.resolve()
    clock.pass(SECOND)
  }
  const ended = stop()
  clock.pass(600 * SECOND)
  await ended
  return began
}

describe('a loop', () => {
  it('counts from the end of its turn, so that slow work leaves time for other work', async () => {
    expect(await turns('end', 20)).toEqual([0, 80, 160, 240])
  })

  it('keeps its pace where something is due each minute, however long it takes', async () => {
    expect(await turns('begin', 20)).toEqual([0, 60, 120, 180, 240])
  })

  it('never runs twice at once', async () => {
    const began = await turns('begin', 90)
    expect(began).toHaveLength(4)
    began.slice(1).forEach((at, index) => void expect(at - (began[index] ?? 0)).toBeGreaterThanOrEqual(90))
  })
})
