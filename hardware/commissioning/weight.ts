import type { CabinetPlan } from '../plan-schema.ts'
import { drawerOf, rawOf, withDrawer } from './edits.ts'
import { type Errand, type ErrandTurn, startErrand, startShutting, stepErrand } from './errand.ts'
import { netOf, weightTolerance } from './judge.ts'
import {
  type Context,
  type Event,
  type Notice,
  numberIn,
  type Request,
  type Turn,
  type Weight,
} from './talk.ts'
import { words } from './words.ts'

/**
 * Tare and reference weight, weighed with the drawer shut; for a bare load cell its zero and its factor too. The phase is
 * what lies in the drawer.
 */
export type WeightStep = {
  readonly step: 'weight'
  readonly drawer: string
  readonly phase: 'empty' | 'loaded' | 'unloaded'
  readonly at: 'errand' | 'zero' | 'span' | 'weigh' | 'new-zero' | 'new-factor' | 'reference'
  readonly errand?: Errand
  readonly empty?: Weight
  readonly grams?: number
  /** What the scale said to it. */
  readonly shown?: number
  /** Plan or instrument have got their factor, which the same weight must now confirm. */
  readonly scaled: boolean
  /** The weight was shown wrong; it is taken out all the same. */
  readonly refused: boolean
}

type WeightTurn = Turn<WeightStep>

/** Fewer counts than this for a whole weight: the cell is not loaded, or not wired. */
const FEWEST_COUNTS = 1_000
/** A converter of 24 bits stands at one of its ends when the cell is not connected. */
const LAST_COUNT = 0xff_ff_ff

type ScaleDriver = CabinetPlan['drawers'][number]['scale']['driver']

/** Instruments that set their own zero, and those that find their own factor. */
const ZEROES: ReadonlySet<ScaleDriver> = new Set(['mt-sics', 'yaogui-board'])
const SPANS: ReadonlySet<ScaleDriver> = new Set(['yaogui-board'])

const failed = (...notices: readonly Notice[]): WeightTurn => ({ over: 'failed', notices })

const go = (
  state: WeightStep,
  at: WeightStep['at'],
  request: Request,
  notices: readonly Notice[] = [],
): WeightTurn => ({ state: { ...state, at }, request, notices })

const weigh = (state: WeightStep, notices: readonly Notice[] = []): WeightTurn =>
  go(state, 'weigh', { is: 'weigh', drawer: state.drawer }, notices)

const save = (state: WeightStep, at: WeightStep['at'], plan: CabinetPlan): WeightTurn =>
  go(state, at, { is: 'save', plan })

const onErrand = (state: WeightStep, turn: ErrandTurn, context: Context): WeightTurn => {
  if ('over' in turn) return turn
  if ('errand' in turn) return go({ ...state, errand: turn.errand }, 'errand', turn.request, turn.notices)
  const { errand: _, ...rest } = state
  if (state.phase === 'unloaded' && state.refused) return failed()
  const { drawer } = state
  const { driver } = drawerOf(context.plan, drawer).scale
  if (state.phase === 'loaded') {
    const grams = numberIn(turn.shut.text) ?? 0
    const loaded = { ...rest, grams }
    return SPANS.has(driver) ? go(loaded, 'span', { is: 'span', drawer, grams }) : weigh(loaded)
  }
  return state.phase === 'empty' && ZEROES.has(driver)
    ? go(rest, 'zero', { is: 'zero', drawer })
    : weigh(rest)
}

export const startWeight = (drawer: string, context: Context): WeightTurn => {
  const state: WeightStep = {
    step: 'weight',
    drawer,
    phase: 'empty',
    at: 'errand',
    scaled: false,
    refused: false,
  }
  const options = { drawer, why: words.whyEmpty(), question: words.isEmpty(drawer), wants: 'enter' } as const
  return onErrand(state, startShutting(options), context)
}

const next = (
  state: WeightStep,
  phase: 'loaded' | 'unloaded',
  context: Context,
  said: Notice,
): WeightTurn => {
  const { drawer } = state
  const options =
    phase === 'loaded'
      ? ({ drawer, why: words.whyLoad(), question: words.load(drawer), wants: 'grams' } as const)
      : ({ drawer, why: words.whyUnload(), question: words.unload(drawer), wants: 'enter' } as const)
  const turn = onErrand({ ...state, phase }, startErrand(options), context)
  return { ...turn, notices: [said, ...(turn.notices ?? [])] }
}

const onEmpty = (state: WeightStep, empty: Weight, context: Context): WeightTurn => {
  const { drawer } = state
  const { scale } = drawerOf(context.plan, drawer)
  if (scale.driver !== 'hx711') return next({ ...state, empty }, 'loaded', context, words.empty(empty.grams))
  const zero = Math.round(rawOf(scale, empty.grams))
  if (!(zero > 0 && zero < LAST_COUNT)) return failed(words.cellRange(zero))
  const tared = withDrawer(context.plan, drawer, each => ({ ...each, scale: { ...scale, zero } }))
  return save({ ...state, empty: { ...empty, grams: 0 } }, 'new-zero', tared)
}

const refuse = (state: WeightStep, context: Context, why: Notice): WeightTurn =>
  next({ ...state, refused: true }, 'unloaded', context, why)

const onLoaded = (state: WeightStep, loaded: Weight, context: Context): WeightTurn => {
  const { drawer, grams = 0, empty = loaded, scaled } = state
  const { plan, limits } = context
  const { scale } = drawerOf(plan, drawer)
  const shown = netOf(loaded, empty)
  if (scale.driver === 'hx711' && !scaled) {
    const counts = shown * scale.countsPerGram
    if (!(Math.abs(counts) >= FEWEST_COUNTS && Math.abs(counts) < LAST_COUNT))
      return refuse(state, context, words.cellDead(counts))
    const countsPerGram = Number((counts / grams).toPrecision(7))
    const factor = withDrawer(plan, drawer, each => ({ ...each, scale: { ...scale, countsPerGram } }))
    return save({ ...state, scaled: true }, 'new-factor', factor)
  }
  const tolerance = weightTolerance(grams, loaded.resolution, limits)
  if (!(Math.abs(shown - grams) <= tolerance))
    return refuse(state, context, words.weightOff({ grams, shown, tolerance }))
  return next({ ...state, shown }, 'unloaded', context, words.weightGood(grams, shown))
}

/** After the weight is out the scale must be where it was; if it is not, something rubs or hangs. */
const onUnloaded = (state: WeightStep, now: Weight, { plan, limits, today }: Context): WeightTurn => {
  const { empty = now, grams = 0, shown = grams, drawer } = state
  const off = netOf(now, empty)
  if (!(Math.abs(off) <= weightTolerance(grams, now.resolution, limits))) return failed(words.notBack(off))
  const reference = { grams, shownGrams: shown, on: today }
  return save(
    state,
    'reference',
    withDrawer(plan, drawer, each => ({ ...each, reference })),
  )
}

const onWeighed = (state: WeightStep, event: Event, context: Context): WeightTurn => {
  if (event.is !== 'weighed') return failed()
  const weight = { grams: event.grams, resolution: event.resolution }
  const judge = { empty: onEmpty, loaded: onLoaded, unloaded: onUnloaded }[state.phase]
  return judge(state, weight, context)
}

export const stepWeight = (state: WeightStep, event: Event, context: Context): WeightTurn => {
  const { drawer } = state
  switch (state.at) {
    case 'errand':
      return state.errand === undefined
        ? startWeight(drawer, context)
        : onErrand(state, stepErrand(state.errand, event, context), context)
    case 'zero':
      return weigh(state)
    case 'weigh':
      return onWeighed(state, event, context)
    case 'new-zero':
      return next(state, 'loaded', context, words.tared())
    case 'span':
    case 'new-factor':
      return weigh(state, [words.factor()])
    case 'reference':
      return { over: 'done', notices: [words.weightProved(drawer)] }
  }
}
