import type { SiteStatusView } from '#cloud-sync/contract/central-api.ts'
import { sideOf } from '#domain/cold-chain/limits.ts'
import type { Look } from './results.ts'

type Thermometer = SiteStatusView['thermometers'][number]

/** Longer without a reading than this and the last one says nothing about now. */
const STALE_MS = 15 * 60_000

/** An old reading is no good news: it is told as "no data", never as in range. */
export const temperatureLook = (thermometer: Thermometer, now: number): Look => {
  const { celsius, at } = thermometer
  if (celsius === null || at === null || now - Date.parse(at) > STALE_MS)
    return { text: { zh: '无新数据', en: 'no recent data' }, tone: 'unknown', icon: 'question' }
  const side = sideOf(celsius, thermometer)
  if (side === 'cold') return { text: { zh: '过冷', en: 'too cold' }, tone: 'stop', icon: 'warn' }
  if (side === 'hot') return { text: { zh: '过热', en: 'too warm' }, tone: 'stop', icon: 'warn' }
  return { text: { zh: '正常', en: 'in range' }, tone: 'ok', icon: 'check' }
}
