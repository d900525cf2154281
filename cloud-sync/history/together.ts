import { checkPoints, type History, type HistoryPoint } from './port.ts'

/** Sensors that are read at the same moment answer within this. */
export const TOGETHER_MS = 250

type Batch = { readonly points: HistoryPoint[]; readonly written: Promise<void>; readonly start: () => void }

type Options = {
  readonly after: (ms: number, run: () => void) => () => void
  /** Only these wait for each other: whoever replays a file writes one point after the other. */
  readonly gathers: (point: HistoryPoint) => boolean
}

/**
 * Writes that come within a quarter of a second go to the disk as one: a card wears by commits, not by bytes. Each still
 * resolves only when its points are stored, and a bad point refuses nobody but its own write.
 */
export const writeTogether = (history: History, { after, gathers }: Options): History => {
  let batch: Batch | undefined
  const gather = (): Batch => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const points: HistoryPoint[] = []
    const stop = after(TOGETHER_MS, () => resolve())
    const start = (): void => {
      stop()
      resolve()
    }
    const written = promise.then(() => {
      batch = undefined
      return history.write(points)
    })
    return { points, written, start }
  }
  return {
    ...history,
    write: async points => {
      if (!points.every(gathers)) return history.write(points)
      checkPoints(points)
      batch ??= gather()
      batch.points.push(...points)
      await batch.written
    },
    close: async () => {
      const last = batch
      last?.start()
      // Whoever wrote hears of a failure; closing goes on.
      await last?.written.catch(() => {})
      await history.close()
    },
  }
}
