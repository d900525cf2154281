export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** China has one zone and no daylight saving: Asia/Shanghai is always UTC+8. */
const SHANGHAI_OFFSET = 8 * HOUR

/** Calendar day in Asia/Shanghai, `YYYY-MM-DD`. Validity of prescriptions and expiry of lots count in these. */
export const shanghaiDay = (at: Date): string =>
  new Date(at.getTime() + SHANGHAI_OFFSET).toISOString().slice(0, 10)

/** The first instant after the calendar day `day` (`YYYY-MM-DD`) in Asia/Shanghai. */
export const endOfShanghaiDay = (day: string): Date => new Date(Date.parse(`${day}T00:00:00+08:00`) + DAY)

/** The first instant of the calendar day in Asia/Shanghai that `at` lies in; UTC milliseconds. */
export const shanghaiMidnight = (at: number): number =>
  Math.floor((at + SHANGHAI_OFFSET) / DAY) * DAY - SHANGHAI_OFFSET

/** For people: `2026-11-22 09:30:00` in Asia/Shanghai. */
export const formatShanghai = (at: Date): string =>
  new Date(at.getTime() + SHANGHAI_OFFSET).toISOString().slice(0, 19).replace('T', ' ')

/**
 * `2026-11-22 09:30:00` as the national message writes it, read as Asia/Shanghai. Invalid text gives undefined, the
 * 30th of February too, which `Date.parse` takes for the 2nd of March.
 */
export const parseShanghai = (text: string): Date | undefined => {
  const at = new Date(Date.parse(`${text.replace(' ', 'T')}+08:00`))
  return Number.isNaN(at.getTime()) || formatShanghai(at) !== text ? undefined : at
}
