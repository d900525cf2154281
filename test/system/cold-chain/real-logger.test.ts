import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseFridgeTag } from '#domain/cold-chain/fridge-tag.ts'
import { sideOf } from '#domain/cold-chain/limits.ts'
import { defaultDetectConfig } from '#domain/cold-chain/rule.ts'
import { configOf, eventsOf, verdictsOf } from '#test/lib/cold-chain-logger.ts'
import { sharedLoggerFile } from '#test/lib/edge-shared.ts'

const MINUTE = 60_000

describe('38 days of a real refrigerator', () => {
  const log = parseFridgeTag(readFileSync(sharedLoggerFile(), 'utf8'))

  it('are read whole', () => {
    expect(log.readings).toHaveLength(10_653)
    expect(log.days).toHaveLength(38)
    expect(configOf(log)).toEqual({ ...defaultDetectConfig(5 * MINUTE), version: 'logger' })
  })

  it('are in and out of range where the device marked them so: the limits are strict', () => {
    const differ = log.readings.filter(
      reading => reading.outOfLimits !== (sideOf(reading.celsius, configOf(log)) !== null),
    )
    expect(differ).toEqual([])
  })

  it('are alarmed as the device alarmed them: 76 of 76 days and sides, within 5 minutes', () => {
    const verdicts = verdictsOf(log)
    expect(verdicts).toHaveLength(76)
    expect(verdicts.filter(({ ours, device }) => (ours === undefined) !== (device === undefined))).toEqual([])
    expect(verdicts.filter(({ device }) => device !== undefined)).toHaveLength(30)
    const late = verdicts.map(({ ours, device }) => Math.abs((ours ?? 0) - (device ?? 0)) / MINUTE)
    expect(Math.max(...late)).toBeLessThanOrEqual(5)
  })

  it('give no alarm where the clock was set from 04:44 to 10:36, which only the gap rule prevents', () => {
    const firstDay = Date.parse('2022-05-03T00:00:00+08:00')
    const onFirstDay = (gapMs: number) =>
      eventsOf(log, { ...configOf(log), gapMs }).filter(
        event => event.alarmAt < firstDay && event.type === 'excursion-alarm',
      )
    expect(onFirstDay(configOf(log).gapMs)).toEqual([])
    expect(onFirstDay(Number.POSITIVE_INFINITY)).toHaveLength(1)
  })
})
