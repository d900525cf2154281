import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { ColdEventView, ColdSeriesView } from '#cloud-sync/contract/edge-cold-chain.ts'
import type { Lang } from '../i18n.ts'
import { listenToHands } from './hands.ts'
import { COLOURS, drawEvents, drawLimits, shadeExcursions } from './marks.ts'
import type { View } from './view.ts'
import { limitsOf } from './words.ts'

export type Shown = {
  readonly series: ColdSeriesView
  readonly events: readonly ColdEventView[]
  readonly view: View
  readonly lang: Lang
}

export type Plot = {
  /** New data, or the same of another window. */
  show(shown: Shown): void
  /** Moves at once over what is there; the data of the new window comes after. */
  move(view: View): void
  resize(width: number, height: number): void
  destroy(): void
}

type Options = {
  readonly box: HTMLElement
  readonly shown: Shown
  readonly width: number
  readonly height: number
  readonly fontSize: number
  readonly onView: (view: View) => void
}

const ZONE = 'Asia/Shanghai'

/** Hours, and at midnight the day it begins. */
const axisTimes =
  (lang: () => Lang) =>
  (_: uPlot, splits: number[]): string[] => {
    const locale = lang() === 'zh' ? 'zh-CN' : 'en-GB'
    const format = (options: Intl.DateTimeFormatOptions) =>
      new Intl.DateTimeFormat(locale, { timeZone: ZONE, ...options })
    const day = format({ month: 'numeric', day: 'numeric' })
    const hour = format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
    return splits.map(at => {
      const time = hour.format(at * 1000)
      return time === '00:00' ? day.format(at * 1000) : time
    })
  }

/** A bucket between two gaps has no line to be seen by: it gets a dot, or the chart would hide it. */
const isolated = (plot: uPlot, index: number, show: boolean): number[] | null => {
  if (show) return null
  const values = [...(plot.data[index] ?? [])]
  const isGap = (at: number): boolean => values[at] === null || values[at] === undefined
  return values.flatMap((_, at) => (!isGap(at) && isGap(at - 1) && isGap(at + 1) ? [at] : []))
}

const dataOf = ({ columns }: ColdSeriesView): uPlot.AlignedData => [
  [...columns.at],
  [...columns.min],
  [...columns.max],
]

const seconds = ({ from, to }: View) => ({ min: from / 1000, max: to / 1000 })

/** The vertical range always shows all limits, and every extreme. */
const yRange =
  (shown: () => Shown) =>
  (_: uPlot, min: number | null, max: number | null): [number, number] => {
    const limits = limitsOf(shown().series)
    const [low, high] = [Math.min(...limits.map(one => one.low)), Math.max(...limits.map(one => one.high))]
    return [Math.min(low - 3, (min ?? low) - 1.5), Math.max(high + 2, (max ?? high) + 0.5)]
  }

/** The chart itself. Only this folder knows uPlot, and loads it when a chart is looked at. */
export const createPlot = ({ box, shown: first, width, height, fontSize, onView }: Options): Plot => {
  let shown = first
  const now = (): Shown => shown
  const line = { width: 1.5, stroke: COLOURS.line, points: { size: 6, filter: isolated } }
  const font = `${fontSize}px system-ui, sans-serif`
  const axis = { stroke: '#465463', font, grid: { stroke: '#e3e9ee' }, ticks: { stroke: '#cdd6de' } }
  const plot = new uPlot(
    {
      width,
      height,
      tzDate: at => uPlot.tzDate(new Date(at * 1000), ZONE),
      legend: { show: false },
      scales: { x: { time: true, auto: false, ...seconds(shown.view) }, y: { range: yRange(now) } },
      axes: [
        { ...axis, values: axisTimes(() => shown.lang), space: fontSize * 5, size: fontSize * 2.4 },
        { ...axis, values: (_, splits) => splits.map(value => `${value} °C`), size: fontSize * 4.4 },
      ],
      series: [{}, line, line],
      bands: [{ series: [2, 1], fill: COLOURS.band }],
      cursor: { y: false, drag: { x: true, y: false, setScale: false }, points: { show: false } },
      hooks: {
        drawClear: [u => shadeExcursions(u, shown.events)],
        draw: [u => drawLimits(u, shown.series, fontSize), u => drawEvents(u, shown.events)],
        setSelect: [
          u => {
            if (u.select.width < 8) return
            const at = (left: number): number => Math.round(u.posToVal(left, 'x') * 1000)
            onView({ from: at(u.select.left), to: at(u.select.left + u.select.width) })
            u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
          },
        ],
      },
    },
    dataOf(shown.series),
    box,
  )
  const move = (view: View): void => plot.setScale('x', seconds(view))
  move(shown.view)
  const deafen = listenToHands(
    plot.over,
    () => shown.view,
    view => {
      shown = { ...shown, view }
      move(view)
      onView(view)
    },
  )
  return {
    show: next => {
      shown = next
      plot.setData(dataOf(next.series), false)
      move(next.view)
    },
    move: view => {
      shown = { ...shown, view }
      move(view)
    },
    resize: (wide, high) => plot.setSize({ width: wide, height: high }),
    destroy: () => {
      deafen()
      plot.destroy()
    },
  }
}
