import type { MessageOf } from '../../protocols/yaogui-board/codec.ts'
import { CALIBRATE, KINDS, QUALITIES, REASONS } from '../../protocols/yaogui-board/layouts.ts'
import type { BoardFitting, YaoguiBoardWorld } from './world.ts'

export type SampleFields = Omit<MessageOf<'sample'>, 'is' | 'board' | 'seq' | 'boot'>

/** How often the board measures. */
const PERIOD_MS: Readonly<Record<number, number>> = { [KINDS.weight]: 100, [KINDS.temperature]: 1_000 }
/** A contact counts as settled after so long without a change. */
const DEBOUNCE_MS = 30
const COUNTS_PER_GRAM = 420
const MIN_SPAN_HUNDREDTHS = 1_000

type Value = Pick<SampleFields, 'quality' | 'value' | 'raw'>

/** Zero and span of one scale. */
export type ScaleMemory = { readonly zero: number; readonly factor: number }

const AS_MADE: ScaleMemory = { zero: 0, factor: 1 }

type Options = {
  readonly world: YaoguiBoardWorld
  readonly fitting: BoardFitting
  readonly uptime: () => number
  readonly memory: Map<number, ScaleMemory>
}

/** Cells and probes of one board, each measurement with its number. */
export const createSensors = ({ world, fitting, uptime, memory }: Options) => {
  const { board } = fitting
  const weight = (channel: number): Value => {
    const grams = world.grams(board, channel)
    if (grams === undefined) return { quality: QUALITIES.noAnswer, value: 0, raw: 0 }
    const { zero, factor } = memory.get(channel) ?? AS_MADE
    const quality = world.stable(board, channel) ? QUALITIES.good : QUALITIES.moving
    return {
      quality,
      value: Math.round((grams - zero) * factor * 100),
      raw: Math.round(grams * COUNTS_PER_GRAM),
    }
  }
  const temperature = (channel: number): Value => {
    const celsius = world.celsius(board, channel)
    if (celsius === undefined) return { quality: QUALITIES.noAnswer, value: 0, raw: 0 }
    return { quality: QUALITIES.good, value: Math.round(celsius * 1_000), raw: Math.round(celsius * 16) }
  }
  /** Undefined where no such channel is fitted. */
  const measure = (kind: number, channel: number): SampleFields | undefined => {
    const fitted =
      kind === KINDS.weight ? fitting.scales : kind === KINDS.temperature ? fitting.thermometers : 0
    if (channel < 1 || channel > fitted) return undefined
    const period = PERIOD_MS[kind] ?? 1
    const number = Math.floor(uptime() / period) + 1
    const read = kind === KINDS.weight ? weight : temperature
    return { kind, channel, number, ageMs: uptime() % period, ...read(channel) }
  }
  /** The reason why not, or undefined when it is done. */
  const calibrate = ({ channel, what, hundredths }: MessageOf<'calibrate'>): number | undefined => {
    const grams = world.grams(board, channel)
    if (channel < 1 || channel > fitting.scales) return REASONS.channel
    if (grams === undefined || !world.stable(board, channel)) return REASONS.notAtRest
    const { zero, factor } = memory.get(channel) ?? AS_MADE
    if (what === CALIBRATE.zero) memory.set(channel, { zero: grams, factor })
    else if (hundredths < MIN_SPAN_HUNDREDTHS || grams - zero < 1) return REASONS.value
    else memory.set(channel, { zero, factor: hundredths / 100 / (grams - zero) })
    return undefined
  }
  return { measure, calibrate }
}

export type Sensors = ReturnType<typeof createSensors>

/** Hook switches, debounced, each with a counter of its changes. Looked at when asked: it has no timer. */
export const createContacts = ({ world, fitting, uptime }: Omit<Options, 'memory'>) => {
  const switches = Array.from({ length: fitting.locks }, (_, at) => {
    const closed = world.closed(fitting.board, at + 1)
    return { input: closed, since: Number.NEGATIVE_INFINITY, closed, changes: 0 }
  })
  const bits = (of: (each: (typeof switches)[number]) => boolean): number =>
    switches.reduce((all, each, at) => all | (of(each) ? 1 << at : 0), 0)
  const settles = ({ since }: (typeof switches)[number]): boolean => uptime() - since < DEBOUNCE_MS
  return () => {
    for (const [at, each] of switches.entries()) {
      const input = world.closed(fitting.board, at + 1)
      if (input !== each.input) Object.assign(each, { input, since: uptime() })
      if (input === each.closed || settles(each)) continue
      Object.assign(each, { closed: input, changes: (each.changes + 1) & 0xff })
    }
    return {
      contacts: bits(({ closed }) => closed),
      settling: bits(settles),
      changes: Array.from({ length: 16 }, (_, at) => switches[at]?.changes ?? 0),
    }
  }
}

export type Contacts = ReturnType<typeof createContacts>
