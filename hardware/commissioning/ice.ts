import type { CabinetPlan } from '../plan-schema.ts'
import { thermometerOf, withThermometer } from './edits.ts'
import { type Asking, type AskingTurn, askCertificate, stepAsking } from './record.ts'
import { type Context, type Event, type Notice, numberIn, type Request, type Turn } from './talk.ts'
import { words } from './words.ts'

type Calibration = NonNullable<CabinetPlan['thermometers'][number]['calibration']>

/**
 * A sensor in ice water, which is at 0 °C, against its certificate: what it says plus the certificate's correction at
 * 0 °C must be 0 °C within the accuracy that the rules demand.
 */
export type IceStep = {
  readonly step: 'ice'
  readonly thermometer: string
  readonly at: 'asking' | 'correction' | 'ready' | 'measure' | 'save'
  readonly asking?: Asking
  readonly calibration?: Calibration
  readonly correction: number
}

type IceTurn = Turn<IceStep>

/** Limits of `offset` in the plan: a sensor further off is a broken one. */
const LARGEST_CORRECTION = 2
/** Warmer or colder than this the sensor does not lie in ice water. */
const NEAR_ICE = 3

const ask = (
  state: IceStep,
  at: IceStep['at'],
  question: Notice,
  notices: readonly Notice[] = [],
): IceTurn => ({ state: { ...state, at }, request: { is: 'ask', question }, notices })

const onAsking = (state: IceStep, turn: AskingTurn): IceTurn => {
  if ('none' in turn) return { over: 'done', notices: [words.noCertificate()] }
  if ('calibration' in turn) {
    const { calibration } = turn
    return ask({ ...state, calibration }, 'correction', words.correction())
  }
  const { asking, request, notices } = turn
  return { state: { ...state, asking }, request, notices }
}

export const startIce = (thermometer: string, { plan }: Context): IceTurn => {
  const { name } = thermometerOf(plan, thermometer)
  return onAsking(
    { step: 'ice', thermometer, at: 'asking', correction: 0 },
    askCertificate(words.thermometerCertificate(thermometer, name)),
  )
}

const onCorrection = (state: IceStep, text: string): IceTurn => {
  const correction = text.trim() === '' ? 0 : numberIn(text)
  if (correction === undefined || Math.abs(correction) > LARGEST_CORRECTION)
    return ask(state, 'correction', words.correction(), [words.needNumber(text)])
  return ask({ ...state, correction }, 'ready', words.ice())
}

const onMeasured = (state: IceStep, raw: number, { plan, limits }: Context): IceTurn => {
  const { thermometer, correction, calibration } = state
  const celsius = Math.round((raw + correction) * 1_000) / 1_000
  if (!(Math.abs(raw) <= NEAR_ICE)) return ask(state, 'ready', words.ice(), [words.notIce(raw)])
  if (!(Math.abs(celsius) <= limits.celsius))
    return { over: 'failed', notices: [words.iceOff({ raw, celsius, within: limits.celsius })] }
  const change = { offset: correction, ...(calibration ? { calibration } : {}) }
  const request: Request = { is: 'save', plan: withThermometer(plan, thermometer, change) }
  return { state: { ...state, at: 'save' }, request, notices: [words.iceGood({ raw, celsius })] }
}

export const stepIce = (state: IceStep, event: Event, context: Context): IceTurn => {
  const text = event.is === 'answered' ? event.text : ''
  switch (state.at) {
    case 'asking':
      return state.asking === undefined
        ? startIce(state.thermometer, context)
        : onAsking(state, stepAsking(state.asking, event, context))
    case 'correction':
      return onCorrection(state, text)
    case 'ready':
      return {
        state: { ...state, at: 'measure' },
        request: { is: 'measure', thermometer: state.thermometer },
      }
    case 'measure':
      return onMeasured(state, event.is === 'measured' ? event.celsius : Number.NaN, context)
    case 'save':
      return { over: 'done', notices: [words.iceProved(state.thermometer)] }
  }
}
