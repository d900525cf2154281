/**
 * Takes the local echo of RS-485 adapters out of the stream: bytes that repeat, from the first on, what was
 * just sent. Bytes that begin alike and then differ are handed on whole, so an adapter without echo loses nothing.
 *
 * Only for protocols in which no answer equals its own request.
 */
export const createEchoFilter = (): {
  /** Call before sending. */
  readonly expect: (sent: Uint8Array) => void
  readonly pass: (bytes: Uint8Array) => Uint8Array
  /** Stops waiting for the echo and hands back what was held. */
  readonly release: () => Uint8Array
} => {
  let expected: Uint8Array = new Uint8Array(0)
  let seen = 0
  const release = (): Uint8Array => {
    const held = expected.slice(0, seen)
    expected = new Uint8Array(0)
    seen = 0
    return held
  }
  return {
    expect: sent => {
      expected = Uint8Array.from(sent)
      seen = 0
    },
    pass: bytes => {
      let used = 0
      while (used < bytes.length && seen < expected.length) {
        if (bytes[used] !== expected[seen]) return Uint8Array.from([...release(), ...bytes.subarray(used)])
        used += 1
        seen += 1
      }
      if (seen > 0 && seen === expected.length) {
        expected = new Uint8Array(0)
        seen = 0
      }
      return bytes.subarray(used)
    },
    release,
  }
}
