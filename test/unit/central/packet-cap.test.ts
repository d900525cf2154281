import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPacketGauge } from '#central/broker/packet-cap.ts'

const lengthOf = (length: number): readonly number[] =>
  length < 128 ? [length] : [(length % 128) | 0x80, ...lengthOf(Math.floor(length / 128))]
const packet = (length: number) =>
  Buffer.from([0x30, ...lengthOf(length), ...new Array<number>(length).fill(7)])
const split = (bytes: Uint8Array, cuts: readonly number[]) => {
  const at = [0, ...cuts.map(cut => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end))
}

describe('the cap on MQTT packets', () => {
  it('lets packets up to the limit pass and stops the first above it, however the stream is split', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 8 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (lengths, cuts) => {
          const gauge = createPacketGauge(300)
          const fits = split(Buffer.concat(lengths.map(packet)), cuts).every(chunk => gauge(chunk))
          expect(fits).toBe(lengths.every(length => length <= 300))
        },
      ),
    )
  })

  it('stops at the header of a huge packet, before its body', () => {
    expect(createPacketGauge(300)(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]))).toBe(false)
  })

  it('stops a length of more than four bytes', () => {
    expect(createPacketGauge(2 ** 30)(Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80]))).toBe(false)
  })
})
