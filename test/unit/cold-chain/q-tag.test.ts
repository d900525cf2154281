import { describe, expect, it } from 'vitest'
import { parseQTag } from '#domain/cold-chain/q-tag.ts'

/** As the device lays it out; every value is made up. */
const FILE = [
  ...[
    'Device: Q-tag CLm doc LR',
    'Vers: 1.9',
    'Fw Vers: synthetic',
    'Conf:',
    ' Serial: TEST0001',
    ' MKT Energy: 83.0',
  ],
  ...[' User String 1:', ' Logging Interval: 10', ' Alarm:', '  1:', '   Type: 2, T AL: 8.0, t AL: 30'],
  ...['  3:', '   Type: 0', 'Res:', ' TS Start: 2025-03-01 23:40', ' TS Batt Temp:', ' Alarm:', '  1:'],
  ...['   TS S: 2025-03-02 00:00, t A: 20, TS A: 2025-03-02 00:20, TS E:, T M: 9.1, TS M: 2025-03-02 00:10'],
  ...['Marker:', '\tNumber\tT\tyyyy-MM-dd hh:mm\t', 'Data:', '\tyyyy-MM-dd hh:mm\tT\tOut of limits'],
  ...['\t2025-03-01 23:40\t7.9', '\t2025-03-01 23:50\t-0.4\t', '\t2025-03-02 00:00\t8.1\tx'],
  ...['Cert:', ' Vers: 1.0', 'Sig Cert: 00', 'Sig: 00', ''],
].join('\r\n')

describe('the export of a Q-tag', () => {
  it('gives device, interval and readings in the zone it is told, Asia/Shanghai unless said', () => {
    const { readings, ...device } = parseQTag(FILE)
    expect(device).toEqual({ serial: 'TEST0001', model: 'Q-tag CLm doc LR', intervalMinutes: 10 })
    expect(readings.map(({ at, celsius, outOfLimits }) => [at, celsius, outOfLimits])).toEqual([
      [Date.parse('2025-03-01T23:40:00+08:00'), 7.9, false],
      [Date.parse('2025-03-01T23:50:00+08:00'), -0.4, false],
      [Date.parse('2025-03-02T00:00:00+08:00'), 8.1, true],
    ])
    const [first] = parseQTag(`\uFEFF${FILE.replaceAll('\r\n', '\n')}`, { utcOffset: '+00:00' }).readings
    expect(first?.at).toBe(Date.parse('2025-03-01T23:40:00Z'))
  })

  it.each([
    ['of another device', 'Device: Q-tag CLm', 'Device: Toaster', 'E_FRIDGE_TAG_FORMAT'],
    ['without its interval', ' Logging Interval: 10\r\n', '', 'E_FRIDGE_TAG_FIELD'],
    ['with a row that cannot be read', '8.1\tx', 'warm\tx', 'E_FRIDGE_TAG_READING'],
    ['with other columns', '\tOut of limits', '\tHumidity', 'E_FRIDGE_TAG_FORMAT'],
    ['cut off', 'Sig: 00', '', 'E_FRIDGE_TAG_TRUNCATED'],
  ])('%s is refused with its line', (_, good, bad, code) => {
    expect(() => parseQTag(FILE.replace(good, bad))).toThrow(
      expect.objectContaining({ code, line: expect.any(Number) }),
    )
  })

  it('cut off anywhere is refused, never read as a shorter log', () => {
    for (let at = 0; at < FILE.indexOf('Sig: 00'); at += 7)
      expect(() => parseQTag(FILE.slice(0, at))).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^E_FRIDGE_TAG_/) }),
      )
  })
})
