import type { AlarmView } from '#cloud-sync/contract/edge-alarms.ts'
import type { Forecast } from '#domain/cold-chain/thermal.ts'

/** What one thermometer says now. `forecast`: null = no way out of range is seen. */
export type ColdNow = {
  readonly name: string
  readonly celsius: number
  readonly forecast: Forecast | null
}

/** Hours ahead nobody can say. */
const MOST_MINUTES = 12 * 60

export const forecastWords = ({ side, minutes, limit }: Forecast): { zh: string; en: string } | undefined => {
  const beyond = side === 'hot' ? { zh: '超过', en: 'above' } : { zh: '低于', en: 'below' }
  if (minutes > MOST_MINUTES) return undefined
  if (minutes < 1) return { zh: `已${beyond.zh} ${limit} °C`, en: `${beyond.en} ${limit} °C now` }
  const about = Math.round(minutes)
  return {
    zh: `预计 ${about} 分钟后${beyond.zh} ${limit} °C`,
    en: `${beyond.en} ${limit} °C in about ${about} minutes`,
  }
}

const words = ({ celsius, forecast }: ColdNow): string => {
  const soon = forecast && forecastWords(forecast)
  return `${celsius.toFixed(1)} °C${soon ? `，${soon.zh}` : ''}`
}

/** Alarms are named after their thermometer: `no-data-F1`, `excursion-F1-hot`. */
const isAbout = (alarm: string, thermometer: string): boolean =>
  alarm.replace(/-(hot|cold)$/, '').endsWith(`-${thermometer}`)

const COLD = ['excursion', 'forecast', 'no-data', 'sensor-stuck', 'fridge-door']

/** The latest of all refrigerators, to be said beside an alarm. */
export const createColdBoard = () => {
  const latest = new Map<string, ColdNow>()
  return {
    put: (thermometer: string, now: ColdNow): void => void latest.set(thermometer, now),
    of: (thermometer: string): ColdNow | undefined => latest.get(thermometer),
    /** For a message: the place's own value; at a mains failure that of every refrigerator. */
    measured: ({ id, kind }: Pick<AlarmView, 'id' | 'kind'>): string | undefined => {
      if (kind === 'mains' || kind === 'mains-long') {
        const all = [...latest.values()].map(now => `${now.name}现 ${words(now)}`)
        return all.length > 0 ? all.join('；') : undefined
      }
      if (!COLD.includes(kind)) return undefined
      const now = [...latest].find(([thermometer]) => isAbout(id, thermometer))?.[1]
      if (now === undefined) return undefined
      // The forecast's own alarm has said the rest.
      if (kind === 'forecast') return `现 ${now.celsius.toFixed(1)} °C`
      return kind === 'no-data' ? `最后读数 ${now.celsius.toFixed(1)} °C` : `现 ${words(now)}`
    },
  }
}

export type ColdBoard = ReturnType<typeof createColdBoard>
