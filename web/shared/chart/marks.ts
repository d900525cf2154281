import type uPlot from 'uplot'
import type { ColdEventView, ColdSeriesView } from '#cloud-sync/contract/edge-cold-chain.ts'
import { limitsOf } from './words.ts'

export const COLOURS = {
  line: '#0b5a8c',
  band: 'rgb(11 90 140 / 28%)',
  high: '#a91219',
  low: '#0b4f86',
  excursion: 'rgb(169 18 25 / 15%)',
  replayed: 'rgb(70 84 99 / 18%)',
  door: '#b35900',
  mains: '#4b2a7a',
  acknowledged: '#11663a',
  suspect: '#7d4500',
} as const

const clipped = (plot: uPlot, at: string): number => {
  const { left, width } = plot.bbox
  return Math.min(left + width, Math.max(left, plot.valToPos(Date.parse(at) / 1000, 'x', true)))
}

/** From its beginning to its end or, going on, to the newest reading; never thinner than can be seen. */
const stretch = (plot: uPlot, { start, end }: ColdEventView): readonly [left: number, width: number] => {
  const left = clipped(plot, start)
  const right = clipped(plot, end ?? new Date().toISOString())
  return [left, Math.max(2 * devicePixelRatio, right - left)]
}

export const shadeExcursions = (plot: uPlot, events: readonly ColdEventView[]): void => {
  const { ctx, bbox } = plot
  for (const event of events) {
    if (event.what !== 'excursion') continue
    ctx.fillStyle = event.replayed ? COLOURS.replayed : COLOURS.excursion
    const [left, width] = stretch(plot, event)
    ctx.fillRect(left, bbox.top, width, bbox.height)
  }
}

/** Too narrow for its own figure. */
const NARROW = 60

/** Each from when it held to when it was changed. */
export const drawLimits = (plot: uPlot, series: ColdSeriesView, fontSize: number): void => {
  const { ctx, bbox } = plot
  const limits = limitsOf(series)
  const edges = [
    bbox.left,
    ...limits.slice(1).map(({ at }) => clipped(plot, new Date(at * 1000).toISOString())),
    bbox.left + bbox.width,
  ]
  ctx.save()
  ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio])
  ctx.lineWidth = 1.5 * devicePixelRatio
  ctx.font = `${fontSize * devicePixelRatio}px system-ui, sans-serif`
  ctx.textAlign = 'right'
  ctx.textBaseline = 'bottom'
  for (const [index, { low, high }] of limits.entries()) {
    const [left = bbox.left, right = bbox.left] = [edges[index], edges[index + 1]]
    for (const [limit, colour] of [[low, COLOURS.low] as const, [high, COLOURS.high] as const]) {
      const y = plot.valToPos(limit, 'y', true)
      ctx.strokeStyle = colour
      ctx.fillStyle = colour
      ctx.beginPath()
      ctx.moveTo(left, y)
      ctx.lineTo(right, y)
      ctx.stroke()
      if (right - left < NARROW * devicePixelRatio) continue
      ctx.fillText(`${limit} °C`, right - 4 * devicePixelRatio, y - 2 * devicePixelRatio)
    }
  }
  ctx.restore()
}

/** Two lanes at the foot of the same time line: doors below, mains above; what a person did or doubted stands at the top. */
const LANE = 8
export const drawEvents = (plot: uPlot, events: readonly ColdEventView[]): void => {
  const { ctx, bbox } = plot
  const high = LANE * devicePixelRatio
  const foot = bbox.top + bbox.height
  ctx.save()
  for (const event of events) {
    const { what, start, end } = event
    const { min = 0, max = 0 } = plot.scales.x ?? {}
    if (Date.parse(start) / 1000 > max || (end !== null && Date.parse(end) / 1000 < min)) continue
    if (what === 'door' || what === 'mains') {
      const [left, width] = stretch(plot, event)
      ctx.fillStyle = COLOURS[what]
      ctx.fillRect(left, foot - high * (what === 'door' ? 1.25 : 2.5), width, high)
    } else if (what !== 'excursion' && Date.parse(start) / 1000 >= min) {
      const x = clipped(plot, start)
      ctx.fillStyle = what === 'acknowledged' ? COLOURS.acknowledged : COLOURS.suspect
      ctx.beginPath()
      ctx.moveTo(x - high * 0.7, bbox.top)
      ctx.lineTo(x + high * 0.7, bbox.top)
      ctx.lineTo(x, bbox.top + high * 1.3)
      ctx.fill()
    }
  }
  ctx.restore()
}
