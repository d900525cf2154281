import { describe, expect, it } from 'vitest'
import { LiveSnapshot, parseMessage } from '#cloud-sync/contract/messages.ts'
import { snapshot } from '#edge/telemetry/live.ts'

describe('what a site tells its dashboard', () => {
  it('names the drawers that each thermometer watches over, and where its limit itself is out, in a message the centre takes', () => {
    const at = Date.parse('2026-11-22T01:30:00.000Z')
    const point = (id: string, more: { atLimitOut?: readonly ('cold' | 'hot')[] } = {}) => ({
      ...{ id, name: id, low: 2, high: 8, latest: () => ({ at, celsius: 4.2 }) },
      ...more,
    })
    const monitors = [point('F1'), point('F2', { atLimitOut: ['cold', 'hot'] })]
    const live = snapshot({
      ...{ site: 's001', clock: { now: () => new Date(at) }, monitors },
      ...{ stock: { lots: () => [] }, alarms: { open: () => 0 } },
      drawers: new Map([
        ['D01', { cold: 'F1' }],
        ['D02', {}],
        ['D03', { cold: 'F1' }],
      ]),
    })
    expect(live.thermometers.map(({ id, drawers }) => [id, drawers])).toEqual([
      ['F1', ['D01', 'D03']],
      ['F2', []],
    ])
    expect(live.thermometers.map(({ atLimitOut }) => atLimitOut)).toEqual([undefined, ['cold', 'hot']])
    expect(parseMessage(LiveSnapshot, new TextEncoder().encode(JSON.stringify(live)))).toEqual(live)
  })
})
