import { formatShanghai } from '../time.ts'

/** `HH:MM` in Asia/Shanghai, `to` excluded; over midnight where `from` is later than `to`. */
export type QuietHours = { readonly from: string; readonly to: string }

/** Is this instant (UTC ms) in the quiet hours? Equal ends mean none. */
export const isQuiet = (at: number, { from, to }: QuietHours): boolean => {
  const time = formatShanghai(new Date(at)).slice(11, 16)
  return from <= to ? from <= time && time < to : time >= from || time < to
}
