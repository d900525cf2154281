import { Transform, type TransformCallback } from 'node:stream'
import { YaoguiError } from '#domain/error.ts'

const MAX_LENGTH_BYTES = 4

/**
 * Reads MQTT's fixed headers (§2.2.3) off a stream, any split of it, and tells the first packet whose remaining length
 * is over `limit`. It keeps a few counters and no bytes. Returns false from that packet on.
 */
export const createPacketGauge = (limit: number): ((chunk: Uint8Array) => boolean) => {
  let state: 'type' | 'length' | 'body' = 'type'
  let remaining = 0
  let lengthBytes = 0
  const takeLengthByte = (byte: number): boolean => {
    remaining += (byte & 0x7f) * 2 ** (7 * lengthBytes)
    lengthBytes += 1
    if (byte >= 0x80) return lengthBytes < MAX_LENGTH_BYTES
    state = remaining > 0 ? 'body' : 'type'
    return remaining <= limit
  }
  return chunk => {
    let index = 0
    while (index < chunk.length) {
      if (state === 'body') {
        const step = Math.min(remaining, chunk.length - index)
        remaining -= step
        index += step
        if (remaining === 0) state = 'type'
      } else {
        if (state === 'type') {
          state = 'length'
          remaining = 0
          lengthBytes = 0
        } else if (!takeLengthByte(chunk[index] ?? 0)) return false
        index += 1
      }
    }
    return true
  }
}

/** The gauge as a stream that fails with E_PACKET_SIZE before an oversized packet is gathered anywhere. */
export const packetCap = (limit: number): Transform => {
  const fits = createPacketGauge(limit)
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      if (fits(chunk)) done(null, chunk)
      else
        done(
          new YaoguiError('E_PACKET_SIZE', {
            zh: `MQTT报文超过${limit}字节`,
            en: `an MQTT packet of more than ${limit} bytes`,
          }),
        )
    },
  })
}
