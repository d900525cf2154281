import type { LineClock } from '../../link/clock.ts'
import { encode } from '../../protocols/yaogui-board/codec.ts'
import { KINDS } from '../../protocols/yaogui-board/layouts.ts'
import type { Speak } from '../far-end.ts'
import type { Sensors } from './sensors.ts'
import type { BoardFitting } from './world.ts'

/** Pushing ends when the master has been silent for so long. */
const SILENCE_MS = 10_000

export type Pusher = {
  /** Every `periodMs` all new measurements; 0 ends it. The last who asked is spoken to. */
  readonly start: (periodMs: number, speak: Speak) => void
  /** The master lives. */
  readonly heard: () => void
}

type Options = {
  readonly fitting: BoardFitting
  readonly boot: number
  readonly clock: LineClock
  readonly measure: Sensors['measure']
}

export const createPusher = ({ fitting, boot, clock, measure }: Options): Pusher => {
  const { board, scales, thermometers } = fitting
  const all = (kind: number, count: number) =>
    Array.from({ length: count }, (_, at) => ({ kind, channel: at + 1 }))
  const channels = [...all(KINDS.weight, scales), ...all(KINDS.temperature, thermometers)]
  const sent = new Map<object, number>()
  let seq = 0
  let heardAt = clock.now()
  let cancel = (): void => {}

  const pushNew = (speak: Speak): void => {
    for (const each of channels) {
      const sample = measure(each.kind, each.channel)
      if (sample === undefined || sent.get(each) === sample.number) continue
      sent.set(each, sample.number)
      seq = (seq + 1) & 0xff
      speak(encode({ is: 'pushed', board, seq, boot, ...sample }))
    }
  }
  return {
    start: (periodMs, speak) => {
      const next = (): void => {
        if (clock.now() - heardAt > SILENCE_MS) return
        pushNew(speak)
        cancel = clock.after(periodMs, next)
      }
      cancel()
      if (periodMs > 0) cancel = clock.after(periodMs, next)
    },
    heard: () => {
      heardAt = clock.now()
    },
  }
}
