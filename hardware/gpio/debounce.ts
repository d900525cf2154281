/**
 * A contact bounces for milliseconds when it opens or closes. Polled samples and not edges: bounces lose edges, and a
 * level that is read again every few milliseconds is right again by itself.
 */
export type Debounce = {
  /** The level last agreed on; undefined until there has been one. */
  readonly settled: boolean | undefined
  /** The level that the line shows and since when, ms. */
  readonly shown: boolean
  readonly since: number
}

export const startDebounce = (high: boolean, now: number): Debounce => ({
  settled: undefined,
  shown: high,
  since: now,
})

/** One more sample. A level is settled once every sample of `debounceMs` has shown it. Gives `state` itself if nothing is new. */
export const debounce = (
  state: Debounce,
  { high, now, debounceMs }: { readonly high: boolean; readonly now: number; readonly debounceMs: number },
): Debounce => {
  const { settled, since } = high === state.shown ? state : { settled: state.settled, since: now }
  const next = now - since >= debounceMs ? high : settled
  return high === state.shown && next === settled ? state : { settled: next, shown: high, since }
}
