import type { SiteStatusView } from '#cloud-sync/contract/central-api.ts'
import type { Look } from './results.ts'

type Thermometer = SiteStatusView['thermometers'][number]

/** Longer without a reading than this and the last one says nothing about now. */
const STALE_MS = 15 * 60_000

/** An old reading is no good news: it is told as "no data", never as in range. */
export const temperatureLook = ({ celsius, low, high, at }: Thermometer, now: number): Look => {
  if (celsius === null || at === null || now - Date.parse(at) > STALE_MS)
    return { text: { zh: '无新数据', en: 'no recent data' }, tone: 'unknown', icon: 'question' }
  if (celsius < low) return { text: { zh: '过冷', en: 'too cold' }, tone: 'stop', icon: 'warn' }
  if (celsius > high) return { text: { zh: '过热', en: 'too warm' }, tone: 'stop', icon: 'warn' }
  return { text: { zh: '正常', en: 'in range' }, tone: 'ok', icon: 'check' }
}
