export type Tone = 'ok' | 'warning' | 'error' | 'scan' | 'done' | 'differs'

/** [frequency in Hz, start in s, length in s]: told apart by number of beeps as well as by pitch. */
const TONES: Readonly<Record<Tone, readonly (readonly [number, number, number])[]>> = {
  ok: [[880, 0, 0.12]],
  /** Read by a scanner: the shortest, it comes often. */
  scan: [[1320, 0, 0.06]],
  /** Ended as it should: rising. */
  done: [
    [659, 0, 0.1],
    [880, 0.12, 0.1],
    [1175, 0.24, 0.18],
  ],
  warning: [
    [587, 0, 0.14],
    [587, 0.2, 0.14],
  ],
  /** Ended with a difference: falling, and not as loud in words as an error. */
  differs: [
    [784, 0, 0.14],
    [587, 0.18, 0.24],
  ],
  error: [
    [330, 0, 0.16],
    [262, 0.2, 0.16],
    [330, 0.4, 0.3],
  ],
}
const VOLUME = 0.2

/** Short tones, made here: no files to load. Silent until the first touch, since browsers want one. */
export const createSound = (): ((tone: Tone) => void) => {
  let context: AudioContext | undefined
  addEventListener(
    'pointerdown',
    () => {
      context ??= new AudioContext()
      void context.resume()
    },
    { capture: true },
  )
  return tone => {
    if (context?.state !== 'running') return
    for (const [frequency, start, length] of TONES[tone]) {
      const at = context.currentTime + start
      const oscillator = new OscillatorNode(context, { frequency, type: 'triangle' })
      const gain = new GainNode(context, { gain: VOLUME })
      // A fade instead of a cut: a cut clicks.
      gain.gain.setTargetAtTime(0, at + length, 0.02)
      oscillator.connect(gain).connect(context.destination)
      oscillator.start(at)
      oscillator.stop(at + length + 0.15)
    }
  }
}
