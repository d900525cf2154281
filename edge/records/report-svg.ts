import { DAY, formatShanghai, HOUR } from '#domain/time.ts'
import type { ColdReport } from './report.ts'

const WIDTH = 515
const HEIGHT = 170
const PLOT = { left: 34, right: 8, top: 8, bottom: 20 } as const
/** pdfmake's name for the font that is shipped. */
export const SVG_FONT = 'Han'

const INK = {
  axis: '#465463',
  grid: '#e3e9ee',
  band: '#0b5a8c',
  high: '#a91219',
  low: '#0b4f86',
  out: '#f6d5d6',
}

const fixed = (value: number): string => value.toFixed(2)

type Scale = (value: number) => number

const scales = ({
  from,
  to,
  range,
  stats,
}: ColdReport): { readonly x: Scale; readonly y: Scale; readonly most: number; readonly least: number } => {
  const [start, end] = [Date.parse(from), Date.parse(to)]
  const least = Math.floor(Math.min(range.low - 2, (stats.min ?? range.low) - 0.5))
  const most = Math.ceil(Math.max(range.high + 2, (stats.max ?? range.high) + 0.5))
  const [wide, high] = [WIDTH - PLOT.left - PLOT.right, HEIGHT - PLOT.top - PLOT.bottom]
  return {
    x: at => PLOT.left + (wide * (at - start)) / (end - start),
    y: celsius => PLOT.top + (high * (most - celsius)) / (most - least),
    most,
    least,
  }
}

const text = (x: number, y: number, words: string, anchor = 'middle', colour: string = INK.axis): string =>
  `<text x="${fixed(x)}" y="${fixed(y)}" font-family="${SVG_FONT}" font-size="7" text-anchor="${anchor}" fill="${colour}">${words}</text>`

const line = (x1: number, y1: number, x2: number, y2: number, colour: string, dash = ''): string =>
  `<line x1="${fixed(x1)}" y1="${fixed(y1)}" x2="${fixed(x2)}" y2="${fixed(y2)}" stroke="${colour}" stroke-width="0.6"${dash && ` stroke-dasharray="${dash}"`}/>`

/** The hours of a day, or every fifth day of a month. */
const timeMarks = (report: ColdReport, x: Scale): string => {
  const [from, to] = [Date.parse(report.from), Date.parse(report.to)]
  const daily = to - from <= DAY
  const step = daily ? 3 * HOUR : DAY
  const marks: string[] = []
  for (let at = from, index = 0; at <= to; at += step, index += 1) {
    marks.push(line(x(at), PLOT.top, x(at), HEIGHT - PLOT.bottom, INK.grid))
    const said = formatShanghai(new Date(at))
    const label = daily ? (at === to ? '24:00' : said.slice(11, 16)) : `${Number(said.slice(8, 10))}日`
    if (daily || (index % 5 === 0 && at < to)) marks.push(text(x(at), HEIGHT - 8, label))
  }
  return marks.join('')
}

const degreeMarks = (y: Scale, least: number, most: number): string => {
  const step = most - least > 16 ? 5 : 2
  const marks: string[] = []
  for (let celsius = Math.ceil(least / step) * step; celsius <= most; celsius += step) {
    marks.push(line(PLOT.left, y(celsius), WIDTH - PLOT.right, y(celsius), INK.grid))
    marks.push(text(PLOT.left - 4, y(celsius) + 2.5, String(celsius), 'end'))
  }
  return marks.join('')
}

/** One bar a bucket, from its lowest to its highest: nothing is averaged, and a gap stays a gap. */
const bars = ({ chart }: ColdReport, x: Scale, y: Scale): string =>
  chart.buckets
    .map(({ at, min, max }) => {
      const wide = Math.max(0.8, x(at + chart.width) - x(at))
      const high = Math.max(1, y(min) - y(max))
      return `<rect x="${fixed(x(at))}" y="${fixed(y(max))}" width="${fixed(wide)}" height="${fixed(high)}" fill="${INK.band}"/>`
    })
    .join('')

const shades = ({ excursions, from, to, madeAt }: ColdReport, x: Scale): string =>
  excursions
    .map(({ start, end }) => {
      const left = x(Math.max(Date.parse(start), Date.parse(from)))
      const right = x(Math.min(Date.parse(end ?? madeAt), Date.parse(to)))
      const high = HEIGHT - PLOT.top - PLOT.bottom
      return `<rect x="${fixed(left)}" y="${PLOT.top}" width="${fixed(Math.max(1, right - left))}" height="${high}" fill="${INK.out}"/>`
    })
    .join('')

/** The chart of a printed record. */
export const reportSvg = (report: ColdReport): string => {
  const { x, y, least, most } = scales(report)
  const limit = (celsius: number, colour: string): string =>
    line(PLOT.left, y(celsius), WIDTH - PLOT.right, y(celsius), colour, '4 2') +
    text(WIDTH - PLOT.right - 2, y(celsius) - 2, `${celsius} °C`, 'end', colour)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}">`,
    shades(report, x),
    timeMarks(report, x),
    degreeMarks(y, least, most),
    bars(report, x, y),
    limit(report.range.high, INK.high),
    limit(report.range.low, INK.low),
    '</svg>',
  ].join('')
}
