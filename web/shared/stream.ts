export type StreamState = 'open' | 'lost'
export type StreamOptions = {
  readonly url: string
  /** `data` is the parsed JSON of the event. */
  readonly onEvent: (event: string, data: unknown) => void
  /**
   * Told at each attempt. After 'open' read everything again: what happened meanwhile is not repeated. After 'lost' ask
   * with the token: a server that was away may answer by now that the login has ended, and no stream comes back then.
   */
  readonly onState: (state: StreamState) => void
  /** Names of the events to hear. */
  readonly events?: readonly string[]
}

const FIRST_RETRY_MS = 500
const LAST_RETRY_MS = 10_000

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/**
 * Server-sent events that come back by themselves. EventSource alone gives up for good when a server answers with
 * an error while it restarts, and retries without a pause growing; so each attempt is a new one, with full jitter.
 */
export const openStream = (options: StreamOptions): { readonly close: () => void } => {
  const { url, onEvent, onState, events = ['changed', 'withdrawal'] } = options
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let failures = 0

  const attempt = (): void => {
    const mine = new EventSource(url)
    source = mine
    mine.onopen = () => {
      failures = 0
      onState('open')
    }
    mine.onerror = () => {
      mine.close()
      onState('lost')
      const pause = Math.random() * Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures)
      failures += 1
      timer = setTimeout(attempt, Math.max(FIRST_RETRY_MS / 2, pause))
    }
    for (const event of events) {
      mine.addEventListener(event, ({ data }: MessageEvent<string>) => onEvent(event, parsed(data)))
    }
  }

  attempt()
  return {
    close: () => {
      clearTimeout(timer)
      source?.close()
    },
  }
}
