import { createListeners, type Line } from '#firmware-bridge/link/line.ts'

/** Timers round to whole milliseconds and come late; the last stretch is waited for awake. */
const AWAKE_MS = 3

const at = (due: number, run: () => void): void => {
  const left = due - performance.now()
  if (left <= 0) run()
  else if (left > AWAKE_MS) setTimeout(at, left - AWAKE_MS, due, run)
  else setImmediate(at, due, run)
}

/**
 * Two ends of a wire in memory that carries bytes no faster than a UART at this rate would, in real time: ten bit times a
 * byte (8N1), one direction after the other on what is already under way, a chunk handed over when its last bit has come.
 */
export const pacedLine = (baud: number) => {
  let bytes = 0
  const ends = [createListeners<Uint8Array>(), createListeners<Uint8Array>()] as const
  const end = (mine: 0 | 1): Line => {
    let freeAt = 0
    return {
      send: async chunk => {
        bytes += chunk.length
        freeAt = Math.max(freeAt, performance.now()) + (chunk.length * 10_000) / baud
        at(freeAt, () => ends[1 - mine]?.tell(chunk))
      },
      onData: ends[mine].add,
      onClose: () => () => {},
      close: async () => {},
    }
  }
  return { near: end(0), far: end(1), bytes: () => bytes }
}
