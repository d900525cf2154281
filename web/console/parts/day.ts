import { parseShanghai, shanghaiDay } from '#domain/time.ts'

/** `20280131`, `2028.1.31` or `2028/01/31` as `2028-01-31`; anything else stays as it was typed. */
export const typedDay = (text: string): string => {
  const [, year, month, day] = /^\s*(\d{4})[-./年]?(\d{1,2})[-./月]?(\d{1,2})日?\s*$/.exec(text) ?? []
  return year && month && day ? `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}` : text.trim()
}

/** `YYYY-MM-DD`, and a day that there is. */
export const isDay = (text: string): boolean => parseShanghai(`${text} 00:00:00`) !== undefined

export const todayOf = (now: number): string => shanghaiDay(new Date(now))

/** Whole days from `today` to `day`; negative when it is over. */
export const daysTo = (day: string, today: string): number =>
  Math.round((Date.parse(day) - Date.parse(today)) / 86_400_000)
