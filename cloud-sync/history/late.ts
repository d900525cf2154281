import { type History, HistoryError } from './port.ts'

const isAway = (error: unknown): boolean => error instanceof HistoryError && error.code === 'E_HISTORY_AWAY'

/**
 * A store that may be away when the agent starts: dispensing and detection wait for no chart. Until it answers each
 * call tries to open it and fails with E_HISTORY_AWAY. Any other fault of the first try is thrown at once.
 */
export const openLate = async (open: () => Promise<History>): Promise<History> => {
  let opened: Promise<History> | undefined = open()
  await opened.catch(error => {
    if (!isAway(error)) throw error
    opened = undefined
  })
  const store = (): Promise<History> => {
    if (!opened) {
      opened = open()
      opened.catch(() => {
        opened = undefined
      })
    }
    return opened
  }
  return {
    write: async points => (await store()).write(points),
    range: async range => (await store()).range(range),
    buckets: async range => (await store()).buckets(range),
    chart: async range => (await store()).chart(range),
    close: async () => (await opened)?.close(),
  }
}
