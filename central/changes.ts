import type { CentralTopic } from '#cloud-sync/contract/central-api.ts'

/** What changed, for those who watch (server-sent events). Announced after commit, never inside a transaction. */
export type Changes = {
  readonly announce: (...topics: readonly CentralTopic[]) => void
  readonly watch: (watcher: (topics: readonly CentralTopic[]) => void) => () => void
}

/** Collects what is announced in one turn of the event loop into one word to each watcher. */
export const createChanges = (): Changes => {
  const watchers = new Set<(topics: readonly CentralTopic[]) => void>()
  const pending = new Set<CentralTopic>()
  const flush = () => {
    const topics = [...pending]
    pending.clear()
    for (const watcher of watchers) watcher(topics)
  }
  return {
    announce: (...topics) => {
      if (pending.size === 0 && topics.length > 0) setImmediate(flush)
      for (const topic of topics) pending.add(topic)
    },
    watch: watcher => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
  }
}
