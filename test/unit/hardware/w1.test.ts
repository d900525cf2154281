import { describe, expect, it } from 'vitest'
import { parseW1Slave } from '#hardware/drivers/w1-thermometer.ts'
import { w1SlaveText } from '#hardware/simulated/w1-slave.ts'

const text = (bytes: string, crc: string, verdict: string, t: number): string =>
  `${bytes} : crc=${crc} ${verdict}\n${bytes} t=${t}\n`
const GOOD = '4b 01 4b 46 7f ff 05 10 e1'

describe('a DS18B20 as the kernel shows it', () => {
  it.each([
    ['a good reading', text(GOOD, 'e1', 'YES', 20_687), { ok: true, celsius: 20.687 }],
    ['a plausible value with a bad CRC', text(GOOD, 'e0', 'NO', 20_687), { ok: false, fault: 'bad-crc' }],
    [
      'the power-on value',
      text('50 05 4b 46 7f ff 0c 10 1c', '1c', 'YES', 85_000),
      { ok: false, fault: 'power-on-value' },
    ],
    ['no answer', text(GOOD, 'e1', 'YES', -127_000), { ok: false, fault: 'no-answer' }],
    [
      'a data line on ground',
      text('00 00 00 00 00 00 00 00 00', '00', 'YES', 0),
      { ok: false, fault: 'unreadable' },
    ],
    ['half a file', `${GOOD} : crc=e1 YES\n`, { ok: false, fault: 'unreadable' }],
  ])('is judged: %s', (_, given, expected) => {
    expect(parseW1Slave(given)).toEqual(expected)
  })

  it('is written by the simulation byte for byte as by the kernel', () => {
    expect(w1SlaveText(20.6875)).toBe(text(GOOD, 'e1', 'YES', 20_687))
  })

  it.each([-20, -0.5, 0, 4.25, 8.0625, 25])('is read back from the simulation at %d °C', celsius => {
    const value = parseW1Slave(w1SlaveText(celsius))
    expect(value.ok && Math.abs(value.celsius - celsius) < 0.001).toBe(true)
  })
})
