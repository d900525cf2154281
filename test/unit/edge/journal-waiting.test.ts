import { describe, expect, it } from 'vitest'
import { createWaiting } from '#edge/journal/waiting.ts'

const pending = (kind: 'temperature.fault' | 'alarm.cleared', n: number) => ({
  event:
    kind === 'alarm.cleared'
      ? ({ kind, data: { alarm: `a${n}` } } as const)
      : ({ kind, data: { thermometer: 'F1', at: '', fault: `f${n}` } } as const),
  at: `T${n}`,
  mono: n,
  clockTrusted: true,
})

describe('events that wait for the disk', () => {
  it('are bounded: periodic ones go first, and how many were lost is said before the rest', () => {
    const waiting = createWaiting(3)
    waiting.push(pending('alarm.cleared', 1))
    waiting.push(pending('temperature.fault', 2))
    waiting.push(pending('temperature.fault', 3))
    waiting.push(pending('alarm.cleared', 4))
    waiting.push(pending('alarm.cleared', 5))
    expect(waiting.size()).toBe(3)
    const { all, written } = waiting.take()
    expect(all.map(({ event }) => event)).toMatchObject([
      { kind: 'journal.overflow', data: { kind: 'temperature.fault', lost: 2, since: 'T2' } },
      { kind: 'alarm.cleared', data: { alarm: 'a1' } },
      { data: { alarm: 'a4' } },
      { data: { alarm: 'a5' } },
    ])
    written()
    expect([waiting.size(), waiting.take().all]).toEqual([0, []])
  })

  it('are still all there when they could not be written', () => {
    const waiting = createWaiting(3)
    waiting.push(pending('alarm.cleared', 1))
    waiting.take()
    expect(waiting.take().all).toHaveLength(1)
  })
})
