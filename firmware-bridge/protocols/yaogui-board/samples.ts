import type { LineClock } from '../../link/clock.ts'
import type { Framer, Part } from '../../link/framing.ts'
import type { Answer, MessageOf } from './codec.ts'
import { KINDS, type Kind, QUALITIES } from './layouts.ts'

export type Quality = keyof typeof QUALITIES | 'unknown'

/** One measurement: `value` in hundredths of a gram or thousandths of a degree. `ageMs`: how old it was when sent. */
export type Sample = {
  readonly quality: Quality
  readonly value: number
  readonly raw: number
  readonly ageMs: number
}

export type SampleStats = {
  readonly pushed: number
  /** Pushed by a board and never arrived. */
  readonly lost: number
  /** Measurements between two polls of one channel that nobody fetched. */
  readonly unfetched: number
}

type Wire = Pick<
  MessageOf<'sample'>,
  'board' | 'boot' | 'kind' | 'channel' | 'number' | 'quality' | 'value' | 'raw' | 'ageMs'
>

export type Channel = { readonly board: number; readonly kind: Kind; readonly channel: number }

const QUALITY_NAMES: ReadonlyMap<number, Quality> = new Map(
  (Object.keys(QUALITIES) as (keyof typeof QUALITIES)[]).map(name => [QUALITIES[name], name]),
)

export const sampleOf = ({ quality, value, raw, ageMs }: Wire): Sample => ({
  quality: QUALITY_NAMES.get(quality) ?? 'unknown',
  value,
  raw,
  ageMs,
})

const keyOf = (board: number, kind: number, channel: number): string => `${board} ${kind} ${channel}`

/** How old a pushed sample may be to stand for a reading: weights are awaited by a person, temperatures change slowly. */
const MAX_AGE_MS: Readonly<Record<Kind, number>> = { weight: 250, temperature: 2_000 }

/** The newest sample of every channel, and the count of those that are missing. */
export const createSamples = (clock: LineClock) => {
  const newest = new Map<string, { readonly sample: Sample; readonly at: number }>()
  const pushes = new Map<number, { readonly boot: number; readonly seq: number }>()
  const polls = new Map<string, { readonly boot: number; readonly number: number }>()
  const stats = { pushed: 0, lost: 0, unfetched: 0 }
  return {
    pushed: (message: MessageOf<'pushed'>): void => {
      const { board, boot, seq, kind, channel } = message
      const before = pushes.get(board)
      if (before?.boot === boot) stats.lost += (seq - before.seq - 1) & 0xff
      pushes.set(board, { boot, seq })
      stats.pushed += 1
      newest.set(keyOf(board, kind, channel), { sample: sampleOf(message), at: clock.now() })
    },
    polled: (message: MessageOf<'sample'>): Sample => {
      const { board, boot, kind, channel, number } = message
      const key = keyOf(board, kind, channel)
      const before = polls.get(key)
      if (before?.boot === boot && number > before.number) stats.unfetched += number - before.number - 1
      polls.set(key, { boot, number })
      return sampleOf(message)
    },
    /** What was pushed of this channel, if that is young enough; its age is that of now. */
    fresh: ({ board, kind, channel }: Channel): Sample | undefined => {
      const last = newest.get(keyOf(board, KINDS[kind], channel))
      if (last === undefined) return undefined
      const ageMs = last.sample.ageMs + clock.now() - last.at
      return ageMs <= MAX_AGE_MS[kind] ? { ...last.sample, ageMs } : undefined
    },
    /** A board that has restarted is another board. */
    forget: (board: number): void => {
      for (const key of newest.keys()) if (key.startsWith(`${board} `)) newest.delete(key)
    },
    stats: (): SampleStats => ({ ...stats }),
  }
}

/** Takes what a board pushes out of the stream, so that the conversation hears answers only. */
export const withoutPushes = (
  framer: Framer<Answer>,
  onPushed: (message: MessageOf<'pushed'>) => void,
): Framer<Answer> => {
  const keep = (part: Part<Answer>): boolean => {
    if (part.is !== 'frame' || part.frame.is !== 'pushed') return true
    onPushed(part.frame)
    return false
  }
  return {
    ...framer,
    push: bytes => framer.push(bytes).filter(keep),
    reset: () => framer.reset().filter(keep),
  }
}
