import type { LiveSnapshot } from '#cloud-sync/contract/messages.ts'
import { defaultRecordingConfig } from '#domain/cold-chain/recording.ts'
import type { Db } from '../db/open.ts'

export type KnownPoint = {
  readonly name: string
  readonly low: number
  readonly high: number
  /** Drawers whose goods it watches over; none are known of an older site. */
  readonly drawers: readonly string[]
}

/** A thermometer as its site last described it. */
export const knownPoint = async (
  db: Db,
  { site, thermometer }: { readonly site: string; readonly thermometer: string },
): Promise<KnownPoint> => {
  const query = db.selectFrom('site_status').select('thermometers').where('site', '=', site)
  const points = JSON.parse(
    (await query.executeTakeFirst())?.thermometers ?? '[]',
  ) as LiveSnapshot['thermometers']
  const {
    name = thermometer,
    low = defaultRecordingConfig.low,
    high = defaultRecordingConfig.high,
    drawers = [],
  } = points.find(({ id }) => id === thermometer) ?? {}
  return { name, low, high, drawers }
}
