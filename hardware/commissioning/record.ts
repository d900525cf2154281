import { isDay } from '../plan-calibration.ts'
import type { CabinetPlan } from '../plan-schema.ts'
import { withDrawer } from './edits.ts'
import type { Context, Event, Notice, Request, Turn } from './talk.ts'
import { words } from './words.ts'

type Calibration = NonNullable<CabinetPlan['drawers'][number]['calibration']>

/** Asking for a calibration certificate. */
export type Asking = { readonly at: 'certificate' | 'expires'; readonly certificate: string }

export type AskingTurn =
  | { readonly asking: Asking; readonly request: Request; readonly notices: readonly Notice[] }
  | { readonly calibration: Calibration }
  /** There is none. */
  | { readonly none: true }

const ask = (asking: Asking, question: Notice, notices: readonly Notice[] = []): AskingTurn => ({
  asking,
  request: { is: 'ask', question },
  notices,
})

export const askCertificate = (question: Notice): AskingTurn =>
  ask({ at: 'certificate', certificate: '' }, question)

/** As the schema has it. */
const LONGEST = 64

export const stepAsking = ({ at, certificate }: Asking, event: Event, { today, by }: Context): AskingTurn => {
  const text = event.is === 'answered' ? event.text.trim().slice(0, LONGEST) : ''
  const expires: Asking = { at: 'expires', certificate: at === 'certificate' ? text : certificate }
  if (at === 'certificate') return text === '' ? { none: true } : ask(expires, words.expires())
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || !isDay(text))
    return ask(expires, words.expires(), [words.needDay(text)])
  if (text < today) return ask(expires, words.expires(), [words.expired(text)])
  return { calibration: { certificate, by, on: today, expires: text } }
}

/** Puts the scale's certificate down. Having none is no failure: `plan check` goes on warning. */
export type RecordStep = {
  readonly step: 'record'
  readonly drawer: string
  readonly at: 'asking' | 'save'
  readonly asking?: Asking
}

const onAsking = (state: RecordStep, turn: AskingTurn, { plan }: Context): Turn<RecordStep> => {
  if ('none' in turn) return { over: 'done', notices: [words.noCertificate()] }
  if ('asking' in turn) {
    const { asking, request, notices } = turn
    return { state: { ...state, asking }, request, notices }
  }
  const { calibration } = turn
  const recorded = withDrawer(plan, state.drawer, each => ({ ...each, calibration }))
  return { state: { ...state, at: 'save' }, request: { is: 'save', plan: recorded } }
}

export const startRecord = (drawer: string, context: Context): Turn<RecordStep> =>
  onAsking({ step: 'record', drawer, at: 'asking' }, askCertificate(words.scaleCertificate(drawer)), context)

export const stepRecord = (state: RecordStep, event: Event, context: Context): Turn<RecordStep> =>
  state.at === 'save' || state.asking === undefined
    ? { over: 'done', notices: [words.recorded()] }
    : onAsking(state, stepAsking(state.asking, event, context), context)
