/** CRC-8 of 1-Wire (Maxim application note 27): x⁸ + x⁵ + x⁴ + 1, least significant bit first. */
const crc8 = (bytes: readonly number[]): number =>
  bytes.reduce((crc, byte) => {
    let next = crc ^ byte
    for (let bit = 0; bit < 8; bit++) next = next & 1 ? (next >> 1) ^ 0x8c : next >> 1
    return next
  }, 0)

const hex = (byte: number): string => byte.toString(16).padStart(2, '0')

/** The text the kernel shows for a DS18B20 at this temperature (12 bit, sixteenths of a degree). */
export const w1SlaveText = (celsius: number): string => {
  const sixteenths = Math.round(Math.min(125, Math.max(-55, celsius)) * 16)
  const low = sixteenths & 0xff
  // Alarm registers 4b 46, configuration 7f (12 bit), and the counters of the sensor's own conversion.
  const scratchpad = [low, (sixteenths >> 8) & 0xff, 0x4b, 0x46, 0x7f, 0xff, 0x10 - (low & 0x0f), 0x10]
  const crc = crc8(scratchpad)
  const bytes = [...scratchpad, crc].map(hex).join(' ')
  const milli = Math.trunc((sixteenths * 1_000) / 16)
  return `${bytes} : crc=${hex(crc)} YES\n${bytes} t=${milli}\n`
}
