/** What the head of a buffer is, judged by length and checksum only: data bytes may equal any marker. */
export type Verdict<F> =
  | { readonly is: 'frame'; readonly length: number; readonly frame: F }
  | { readonly is: 'more' }
  | { readonly is: 'noise' }
  | { readonly is: 'bad-checksum' }

/** What came out of a stream: a frame, or bytes dropped with the reason. Nothing vanishes silently. */
export type Part<F> =
  | { readonly is: 'frame'; readonly frame: F }
  | {
      readonly is: 'discarded'
      readonly why: 'noise' | 'bad-checksum' | 'cut-off'
      readonly bytes: Uint8Array
    }

export interface Framer<F> {
  /** Never throws; gives the same frames however the stream is cut. */
  push(bytes: Uint8Array): readonly Part<F>[]
  /** Gives up an unfinished frame, as before a new exchange. */
  reset(): readonly Part<F>[]
  /** Bytes held now, never more than the longest frame. */
  held(): number
}

export type FramerOptions<F> = {
  /** The longest frame of the protocol; the bound of the memory. */
  readonly maxBytes: number
  /** Judges from the first byte on; looks at nothing behind the frame. */
  readonly look: (head: Uint8Array) => Verdict<F>
}

/** Takes all whole frames off the front of `bytes`; `rest` may yet become one. */
const cut = <F>(bytes: Uint8Array, judge: (head: Uint8Array) => Verdict<F>) => {
  const parts: Part<F>[] = []
  let start = 0
  let dropped = 0
  let why: 'noise' | 'bad-checksum' = 'noise'
  const flush = (): void => {
    if (dropped > 0) parts.push({ is: 'discarded', why, bytes: bytes.slice(start - dropped, start) })
    dropped = 0
    why = 'noise'
  }
  while (start < bytes.length) {
    const verdict = judge(bytes.subarray(start))
    if (verdict.is === 'more') break
    if (verdict.is !== 'noise') flush()
    if (verdict.is === 'frame') {
      parts.push({ is: 'frame', frame: verdict.frame })
      start += verdict.length
      continue
    }
    if (verdict.is === 'bad-checksum') why = 'bad-checksum'
    dropped += 1
    start += 1
  }
  flush()
  return { parts, rest: bytes.slice(start) }
}

/**
 * Cuts a stream into frames. On anything that is no frame it drops ONE byte and looks again, so a true
 * frame that starts inside a false one is still found.
 */
export const createFramer = <F>({ maxBytes, look }: FramerOptions<F>): Framer<F> => {
  let buffer: Uint8Array = new Uint8Array(0)
  const judge = (all: Uint8Array): Verdict<F> => {
    const head = all.subarray(0, maxBytes)
    const verdict = look(head)
    return verdict.is === 'more' && head.length >= maxBytes ? { is: 'noise' } : verdict
  }
  return {
    push: bytes => {
      const { parts, rest } = cut(Uint8Array.from([...buffer, ...bytes]), judge)
      buffer = rest
      return parts
    },
    reset: () => {
      if (buffer.length === 0) return []
      const bytes = buffer
      buffer = new Uint8Array(0)
      return [{ is: 'discarded', why: 'cut-off', bytes }]
    },
    held: () => buffer.length,
  }
}
