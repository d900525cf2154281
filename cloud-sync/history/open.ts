import { join } from 'node:path'
import { openLate } from './late.ts'
import type { History } from './port.ts'
import { openSqliteHistory } from './sqlite.ts'

export interface OpenHistoryOptions {
  readonly dataDir: string
  /** `INFLUX_URL`; empty or absent: the embedded store, `history.sqlite` in `dataDir`. */
  readonly influxUrl?: string | undefined
}

/** A server that is away does not hold up the start. @throws {HistoryError} E_HISTORY_UNREADABLE, E_HISTORY_URL, E_HISTORY_REFUSED */
export const openHistory = async ({ dataDir, influxUrl }: OpenHistoryOptions): Promise<History> => {
  if (!influxUrl) return openSqliteHistory({ path: join(dataDir, 'history.sqlite') })
  // Loaded only where it is used: a Pi never pays for it.
  const { openInfluxHistory } = await import('./influx.ts')
  return openLate(() => openInfluxHistory({ url: influxUrl }))
}
