import uPlot, { type Options } from 'uplot'
import type { ExcursionView, TemperatureSeries } from '#cloud-sync/contract/central-api.ts'

const COLOURS = { high: '#a91219', low: '#0b4f86', band: 'rgb(11 90 140 / 22%)', line: '#0b5a8c' } as const
const SHADE = { sensor: 'rgb(169 18 25 / 14%)', replay: 'rgb(70 84 99 / 16%)' } as const
const ZONE = 'Asia/Shanghai'

type Asked = {
  readonly series: TemperatureSeries
  readonly excursions: readonly ExcursionView[]
  /** Seconds since 1970. */
  readonly range: readonly [number, number]
  readonly size: { readonly width: number; readonly height: number }
  readonly lang: 'zh' | 'en'
}

/** Behind the curve: when excursions ran; a replayed one is grey, for nobody measured it now. */
const shadeExcursions =
  (excursions: readonly ExcursionView[]) =>
  (plot: uPlot): void => {
    const { ctx, bbox } = plot
    const clip = (x: number): number => Math.min(bbox.left + bbox.width, Math.max(bbox.left, x))
    for (const { start, end, source } of excursions) {
      const left = clip(plot.valToPos(Date.parse(start) / 1000, 'x', true))
      const right = clip(plot.valToPos((end ? Date.parse(end) : Date.now()) / 1000, 'x', true))
      ctx.fillStyle = SHADE[source]
      ctx.fillRect(left, bbox.top, Math.max(0, right - left), bbox.height)
    }
  }

const drawLimits =
  ({ low, high }: TemperatureSeries) =>
  (plot: uPlot): void => {
    const { ctx, bbox } = plot
    ctx.save()
    ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio])
    ctx.lineWidth = 1.5 * devicePixelRatio
    ctx.font = `${12 * devicePixelRatio}px system-ui, sans-serif`
    ctx.textAlign = 'right'
    ctx.textBaseline = 'bottom'
    for (const [limit, colour] of [[low, COLOURS.low] as const, [high, COLOURS.high] as const]) {
      const y = plot.valToPos(limit, 'y', true)
      ctx.strokeStyle = colour
      ctx.fillStyle = colour
      ctx.beginPath()
      ctx.moveTo(bbox.left, y)
      ctx.lineTo(bbox.left + bbox.width, y)
      ctx.stroke()
      ctx.fillText(`${limit} °C`, bbox.left + bbox.width - 4 * devicePixelRatio, y - 2 * devicePixelRatio)
    }
    ctx.restore()
  }

const celsius = (_: uPlot, value: number | null): string => (value === null ? '—' : `${value.toFixed(1)} °C`)

/** The vertical range always shows both limits, and every extreme. */
const yRange =
  ({ low, high }: TemperatureSeries) =>
  (_: uPlot, min: number | null, max: number | null): [number, number] => [
    Math.min(low - 2, (min ?? low) - 0.5),
    Math.max(high + 2, (max ?? high) + 0.5),
  ]

const axisTime =
  (lang: Asked['lang'], long: boolean) =>
  (_: uPlot, splits: number[]): string[] => {
    const format = new Intl.DateTimeFormat(lang === 'zh' ? 'zh-CN' : 'en-GB', {
      timeZone: ZONE,
      ...(long
        ? { month: 'numeric', day: 'numeric' }
        : { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    })
    return splits.map(seconds => format.format(seconds * 1000))
  }

/** A bucket between two gaps has no line to be seen by: it gets a dot, or the chart would hide it. */
const isolated = (plot: uPlot, index: number, show: boolean): number[] | null => {
  if (show) return null
  const values = [...(plot.data[index] ?? [])]
  const isGap = (at: number) => values[at] === null || values[at] === undefined
  return values.flatMap((_, at) => (!isGap(at) && isGap(at - 1) && isGap(at + 1) ? [at] : []))
}

export const chartOptions = ({ series, excursions, range, size, lang }: Asked): Options => {
  const zh = lang === 'zh'
  const axis = { stroke: '#465463', grid: { stroke: '#e3e9ee' }, ticks: { stroke: '#cdd6de' } }
  const line = { width: 1.5, points: { size: 6, filter: isolated }, value: celsius }
  return {
    ...size,
    tzDate: seconds => uPlot.tzDate(new Date(seconds * 1000), ZONE),
    scales: { x: { range: () => [range[0], range[1]] }, y: { range: yRange(series) } },
    axes: [
      { ...axis, values: axisTime(lang, range[1] - range[0] > 2 * 86_400) },
      { ...axis, values: (_, splits) => splits.map(value => `${value} °C`), size: 64 },
    ],
    series: [
      { label: zh ? '时间' : 'Time', value: '{YYYY}-{MM}-{DD} {HH}:{mm}' },
      { ...line, label: zh ? '最低' : 'Lowest', stroke: COLOURS.line },
      { ...line, label: zh ? '最高' : 'Highest', stroke: COLOURS.line },
    ],
    bands: [{ series: [2, 1], fill: COLOURS.band }],
    cursor: { drag: { x: false, y: false } },
    hooks: { drawClear: [shadeExcursions(excursions)], draw: [drawLimits(series)] },
  }
}
