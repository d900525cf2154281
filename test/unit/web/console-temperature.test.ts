import { expect, it } from 'vitest'
import { temperatureLook } from '../../../web/console/words/temperature.ts'

const NOW = Date.parse('2026-11-22T01:30:00.000Z')
const look = (celsius: number, more: { atLimitOut?: readonly ('cold' | 'hot')[] } = {}) => {
  const at = new Date(NOW).toISOString()
  return temperatureLook({ id: 'F1', name: '1号冰箱', celsius, low: 2, high: 8, at, ...more }, NOW).text.zh
}

it('a reading at the limit is in range, unless the site counts the limit itself as out', () => {
  expect([1.9, 2, 8, 8.1].map(celsius => look(celsius))).toEqual(['过冷', '正常', '正常', '过热'])
  const out = { atLimitOut: ['cold', 'hot'] } as const
  expect([2, 2.1, 7.9, 8].map(celsius => look(celsius, out))).toEqual(['过冷', '正常', '正常', '过热'])
})
