import { withProof } from './edits.ts'
import { type Errand, type ErrandTurn, startShutting, stepErrand } from './errand.ts'
import { judgeTrace } from './judge.ts'
import { type Opening, type OpeningTurn, startOpening, stepOpening } from './opening.ts'
import type { Context, Event, Notice, Request, Turn } from './talk.ts'
import { words } from './words.ts'

/**
 * Proves that the scale does not track zero, which would swallow slow theft. It is proved by its doing, whatever the
 * instrument's menu says: a light thing laid into the empty drawer must not fade from the reading.
 */
export type TrackingStep = {
  readonly step: 'tracking'
  readonly drawer: string
  readonly at: 'opening' | 'ready' | 'watch' | 'shut' | 'prove'
  readonly opening?: Opening
  readonly shutting?: Errand
}

type TrackingTurn = Turn<TrackingStep>

const go = (
  state: TrackingStep,
  at: TrackingStep['at'],
  request: Request,
  notices: readonly Notice[] = [],
): TrackingTurn => ({ state: { ...state, at }, request, notices })

const ready = (state: TrackingStep, notices: readonly Notice[]): TrackingTurn =>
  go(state, 'ready', { is: 'ask', question: words.light(state.drawer) }, notices)

const onOpening = (state: TrackingStep, turn: OpeningTurn): TrackingTurn => {
  if ('over' in turn) return turn
  if ('fired' in turn) return ready(state, turn.notices)
  return go({ ...state, opening: turn.opening }, 'opening', turn.request, turn.notices)
}

const open = (state: TrackingStep): TrackingTurn =>
  onOpening(state, startOpening(state.drawer, words.whyTracking()))

export const startTracking = (drawer: string): TrackingTurn =>
  open({ step: 'tracking', drawer, at: 'opening' })

const onShutting = (state: TrackingStep, turn: ErrandTurn, { plan, today }: Context): TrackingTurn => {
  if ('over' in turn) return turn
  if ('errand' in turn) return go({ ...state, shutting: turn.errand }, 'shut', turn.request, turn.notices)
  return go(state, 'prove', { is: 'save', plan: withProof(plan, state.drawer, { noZeroTracking: today }) })
}

const onWatched = (state: TrackingStep, event: Event, context: Context): TrackingTurn => {
  const { drawer } = state
  const verdict = event.is === 'watched' ? judgeTrace(event.trace, event.resolution) : 'not-seen'
  if (verdict === 'not-seen') return ready(state, [words.lightNotSeen()])
  if (verdict === 'fades') return ready(state, [words.tracks(drawer)])
  const question = words.lightOut(drawer)
  const shutting = startShutting({ drawer, why: words.whyTracking(), question, wants: 'enter' })
  const turn = onShutting(state, shutting, context)
  return { ...turn, notices: [words.tracksNot(), ...(turn.notices ?? [])] }
}

export const stepTracking = (state: TrackingStep, event: Event, context: Context): TrackingTurn => {
  switch (state.at) {
    case 'opening':
      return state.opening === undefined
        ? open(state)
        : onOpening(state, stepOpening(state.opening, event, context))
    case 'ready':
      return go(state, 'watch', { is: 'watch', drawer: state.drawer, ms: context.limits.watchMs })
    case 'watch':
      return onWatched(state, event, context)
    case 'shut':
      return state.shutting === undefined
        ? open(state)
        : onShutting(state, stepErrand(state.shutting, event, context), context)
    case 'prove':
      return { over: 'done', notices: [words.trackingProved(state.drawer)] }
  }
}
