import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseFridgeTag } from '#domain/cold-chain/fridge-tag.ts'
import { eventsOf, verdictsOf } from '#test/lib/cold-chain-logger.ts'

const file = readFileSync(new URL('../../data/fridge-tag-synthetic.txt', import.meta.url), 'utf8')

const refusal = (text: string): unknown => {
  try {
    parseFridgeTag(text)
    return 'accepted'
  } catch (error) {
    return error
  }
}

const lineOf = (part: string): number => file.split('\r\n').findIndex(line => line.includes(part)) + 1

describe('the export of a Fridge-tag', () => {
  it('gives device, limits, readings and the device’s own verdict of each day, oldest first', () => {
    const log = parseFridgeTag(file)
    expect(log).toMatchObject({
      serial: '000000000042',
      model: 'Q-tag Fridge-tag 2 L',
      intervalMinutes: 10,
      alarms: [
        { side: 'cold', limit: 2, minutes: 60 },
        { side: 'hot', limit: 8, minutes: 60 },
      ],
    })
    expect(log.readings).toHaveLength(382)
    expect(log.readings[0]).toEqual({
      local: '2025-03-01 08:20',
      at: Date.parse('2025-03-01T00:20:00Z'),
      celsius: 21.4,
      outOfLimits: true,
    })
    expect(log.days.map(day => day.date)).toEqual(['2025-03-01', '2025-03-02', '2025-03-03', '2025-03-04'])
    expect(log.days[1]).toEqual({
      date: '2025-03-02',
      cold: { accMinutes: 120, alarmAt: Date.parse('2025-03-02T15:00:00+08:00') },
      hot: { accMinutes: 80 },
    })
  })

  it('is the same with LF line ends and a byte order mark', () => {
    expect(parseFridgeTag(`\uFEFF${file.replaceAll('\r\n', '\n')}`)).toEqual(parseFridgeTag(file))
  })

  it('is read in the zone it is told', () => {
    const [first] = parseFridgeTag(file, { utcOffset: '-05:30' }).readings
    expect(first?.at).toBe(Date.parse('2025-03-01T08:20:00-05:30'))
    expect(() => parseFridgeTag(file, { utcOffset: 'CST' })).toThrow(RangeError)
  })

  it.each([
    ['not a Fridge-tag export', 'Device: Q-tag Fridge-tag', 'Device: Toaster', 'E_FRIDGE_TAG_FORMAT'],
    ['in Fahrenheit', 'Temp unit: C', 'Temp unit: F', 'E_FRIDGE_TAG_UNIT'],
    [
      'with an interval that is no number',
      'Logging Interval: 10',
      'Logging Interval: ten',
      'E_FRIDGE_TAG_VALUE',
    ],
    ['with limits the wrong way round', 'T AL: +8.0', 'T AL: +1.0', 'E_FRIDGE_TAG_VALUE'],
    ['with an alarm at no time of day', 'TS A: 15:00', 'TS A: 25:00', 'E_FRIDGE_TAG_VALUE'],
    ['with other columns', 'yyyy-MM-dd hh:mm', 'dd/MM/yyyy hh:mm', 'E_FRIDGE_TAG_FORMAT'],
    [
      'with a temperature that is no number',
      '\t2025-03-02 00:00\t3.6',
      '\t2025-03-02 00:00\t3,6',
      'E_FRIDGE_TAG_READING',
    ],
    ['with a reading on no day', '\t2025-03-02 00:00', '\t2025-02-30 00:00', 'E_FRIDGE_TAG_READING'],
    ['with a heading line that is no field', ' Serial: 000000000042', ' Serial', 'E_FRIDGE_TAG_FORMAT'],
  ])('%s is refused with a code and its line', (_, good, bad, code) => {
    const error = refusal(file.replace(good, bad))
    expect(error).toMatchObject({ code, kind: 'permanent' })
    // The limits are judged together, at the heading of both.
    expect(error).toHaveProperty('line', good === 'T AL: +8.0' ? lineOf(' Alarm:') : lineOf(good))
  })

  it('without a field it needs is refused at the heading the field belongs under', () => {
    const error = refusal(file.replace(' Serial: 000000000042\r\n', ''))
    expect(error).toMatchObject({ code: 'E_FRIDGE_TAG_FIELD', line: lineOf('Conf:') })
  })

  it('cut off anywhere is refused, never read as a shorter log', () => {
    const end = file.indexOf('Sig:')
    for (let at = 0; at <= end; at += 97) {
      expect(refusal(file.slice(0, at))).toMatchObject({ code: expect.stringMatching(/^E_FRIDGE_TAG_/) })
    }
  })
})

describe('detection over the synthetic log', () => {
  const log = parseFridgeTag(file)

  it('decides each day and side as the log says, carried over midnight, with no alarm at the clock change', () => {
    const verdicts = verdictsOf(log)
    expect(verdicts).toHaveLength(8)
    for (const { ours, device, ...which } of verdicts)
      expect({ ...which, at: ours }).toEqual({ ...which, at: device })
  })

  it('would alarm falsely at the clock change without the gap rule', () => {
    const config = {
      low: 2,
      high: 8,
      minutes: 60,
      mode: 'consecutive',
      gapMs: Infinity,
      version: 'no gaps',
    } as const
    expect(eventsOf(log, config)[0]).toMatchObject({ alarmAt: Date.parse('2025-03-01T15:00:00+08:00') })
  })
})
