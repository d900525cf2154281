import type { Topic } from '#cloud-sync/contract/edge-api.ts'
import type { EdgeClock } from './clock.ts'

/** Tells who watches (kiosk pages) what to read again. Changes within `QUIET_MS` are told together. */
export type Changes = {
  tell(topic: Topic): void
  watch(listener: (topics: readonly Topic[]) => void): () => void
}

const QUIET_MS = 250

export const createChanges = (clock: EdgeClock): Changes => {
  const listeners = new Set<(topics: readonly Topic[]) => void>()
  const waiting = new Set<Topic>()
  return {
    tell: topic => {
      if (waiting.size === 0)
        clock.after(QUIET_MS, () => {
          const topics = [...waiting]
          waiting.clear()
          for (const listener of listeners) listener(topics)
        })
      waiting.add(topic)
    },
    watch: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
