/**
 * What a UART makes of bytes sent at another rate, 8N1, back to back. `ratio`: the listener's rate as a multiple of the
 * sender's. It samples each bit in its middle, counted from the falling edge of the start bit; where there is no stop bit it
 * drops the byte (framing error, as a port set to IGNPAR does) and waits for the line to rest.
 */
export const heardAtRate = (sent: Uint8Array, ratio: number): Uint8Array => {
  if (ratio === 1) return sent
  const level = levelOf(sent)
  const end = sent.length * BITS_A_BYTE
  const heard: number[] = []
  // Time runs in bits of the sender; one bit of the listener is this much of it.
  const bit = 1 / ratio
  for (let at = 0; at < end; ) {
    if (level(at)) {
      at = nextEdge(at)
      continue
    }
    const sample = (nth: number): number => level(at + (nth + 0.5) * bit)
    const byte = [0, 1, 2, 3, 4, 5, 6, 7].reduce((value, nth) => value | (sample(nth + 1) << nth), 0)
    const stop = sample(9)
    // A start bit that is gone by its middle is a spike.
    if (sample(0) === 0 && stop === 1) heard.push(byte)
    at += 9.5 * bit
    while (stop === 0 && at < end && !level(at)) at = nextEdge(at)
  }
  return Uint8Array.from(heard)
}

/** Start bit, 8 data bits with the lowest first, stop bit. */
const BITS_A_BYTE = 10

const nextEdge = (at: number): number => Math.floor(at) + 1

/** The level of the line at a time; it rests high. */
const levelOf =
  (sent: Uint8Array) =>
  (at: number): 0 | 1 => {
    const byte = sent[Math.floor(at / BITS_A_BYTE)]
    const bit = Math.floor(at) % BITS_A_BYTE
    if (byte === undefined || bit === 9) return 1
    return bit === 0 || ((byte >> (bit - 1)) & 1) === 0 ? 0 : 1
  }
