import { HOUR } from '../time.ts'
import type { Limits, Side } from './limits.ts'
import { alarmMinutes, type DetectConfig } from './rule.ts'

type Rule = Omit<DetectConfig, 'gapMs'>
type Words = { readonly zh: string; readonly en: string }

/** `高于 8 °C`; where the limit itself is out, `不低于 8 °C`. */
export const limitWords = (side: Side, { low, high, atLimitOut }: Limits): Words => {
  const limit = `${side === 'hot' ? high : low} °C`
  if (atLimitOut?.includes(side))
    return side === 'hot'
      ? { zh: `不低于 ${limit}`, en: `at or above ${limit}` }
      : { zh: `不高于 ${limit}`, en: `at or below ${limit}` }
  return side === 'hot'
    ? { zh: `高于 ${limit}`, en: `above ${limit}` }
    : { zh: `低于 ${limit}`, en: `below ${limit}` }
}

/** Which minutes count. */
const COUNT: Readonly<Record<DetectConfig['mode'], (hours: number) => Words>> = {
  consecutive: () => ({ zh: '连续', en: 'without a break' }),
  cumulative: hours => ({ zh: `${hours} 小时内累计`, en: `in all within ${hours} hours` }),
  daily: () => ({ zh: '当日累计', en: 'in all since midnight' }),
}
const countWords = ({ mode, windowMs = 24 * HOUR }: Rule): Words => COUNT[mode](windowMs / HOUR)

/** What an alarm says of a place: how far, and which minutes made it. */
export const excursionWords = (side: Side, rule: Rule): Words => {
  const { zh, en } = limitWords(side, rule)
  const minutes = alarmMinutes(side, rule)
  if (minutes === 0) return { zh, en }
  if (rule.mode === 'consecutive')
    return { zh: `${zh}已达 ${minutes} 分钟`, en: `${en} for ${minutes} minutes` }
  const count = countWords(rule)
  return { zh: `${zh}，${count.zh}已达 ${minutes} 分钟`, en: `${en} for ${minutes} minutes ${count.en}` }
}

/** The whole rule, both sides. */
export const ruleWords = (rule: Rule): Words => {
  const count = countWords(rule)
  const of = (side: Side): Words => {
    const { zh, en } = limitWords(side, rule)
    const minutes = alarmMinutes(side, rule)
    if (minutes === 0) return { zh: `${zh} 立即`, en: `${en} at once` }
    return { zh: `${zh} ${count.zh} ${minutes} 分钟`, en: `${en} for ${minutes} minutes ${count.en}` }
  }
  const [cold, hot] = [of('cold'), of('hot')]
  return { zh: `${cold.zh}，${hot.zh}`, en: `${cold.en}; ${hot.en}` }
}
