import { drawerOf, withFlippedSensor, withProof, withSwappedLocks } from './edits.ts'
import { type Opening, type OpeningTurn, startOpening, stepOpening } from './opening.ts'
import {
  type Context,
  type Event,
  isNo,
  isYes,
  type Notice,
  type Request,
  type Sight,
  type Turn,
} from './talk.ts'
import { words } from './words.ts'

type At = 'opening' | 'saw' | 'after' | 'flip' | 'swap' | 'swapped' | 'close' | 'closed' | 'prove'

/** Proves by one cycle of opening and closing that lock, sensor and drawer belong together, and what the sensor says. */
export type LockStep = {
  readonly step: 'lock'
  readonly drawer: string
  readonly at: At
  readonly opening?: Opening
  /** What the person saw opening: a drawer, or nothing. */
  readonly saw?: string
  /** Pulses after which nothing opened. */
  readonly tries: number
  readonly closeTries: number
  /** The sensor was turned round; the next cycle must prove it. */
  readonly flipped: boolean
  /** Another cycle is owed before the lock counts as proved. */
  readonly again: boolean
}

type LockTurn = Turn<LockStep>

const failed = (...notices: readonly Notice[]): LockTurn => ({ over: 'failed', notices })

const go = (state: LockStep, at: At, request: Request, notices: readonly Notice[] = []): LockTurn => ({
  state: { ...state, at },
  request,
  notices,
})

const ask = (state: LockStep, at: At, question: Notice, notices: readonly Notice[] = []): LockTurn =>
  go(state, at, { is: 'ask', question }, notices)

const onOpening = (state: LockStep, turn: OpeningTurn, before: readonly Notice[] = []): LockTurn => {
  const notices = [...before, ...(turn.notices ?? [])]
  if ('over' in turn) return { ...turn, notices }
  if ('opening' in turn) {
    return go({ ...state, opening: turn.opening }, 'opening', turn.request, notices)
  }
  return ask({ ...state, opening: turn.fired }, 'saw', words.whatOpened(state.drawer), notices)
}

const open = (state: LockStep, notices: readonly Notice[] = []): LockTurn =>
  onOpening(state, startOpening(state.drawer, words.toProve()), notices)

export const startLock = (drawer: string): LockTurn =>
  open({ step: 'lock', drawer, at: 'opening', tries: 0, closeTries: 0, flipped: false, again: false })

const onSaw = (state: LockStep, text: string, { plan }: Context): LockTurn => {
  const answer = text.trim()
  if (isYes(answer) || answer === state.drawer) {
    return go({ ...state, saw: state.drawer }, 'after', { is: 'look' })
  }
  if (isNo(answer)) return go({ ...state, saw: '' }, 'after', { is: 'look' })
  const other = plan.drawers.find(({ id }) => id.toLowerCase() === answer.toLowerCase())
  if (other) return go({ ...state, saw: other.id }, 'after', { is: 'look' })
  return ask(state, 'saw', words.whatOpened(state.drawer), [words.noSuchDrawer(answer)])
}

/** Drawers whose sensor changed with the pulse. */
const moved = (before: Sight, after: Sight): readonly string[] =>
  Object.keys(before).filter(id => {
    const [was = 'unknown', is = 'unknown'] = [before[id], after[id]]
    return was !== 'unknown' && is !== 'unknown' && was !== is
  })

const nothingOpened = (state: LockStep, own: boolean, { limits }: Context): LockTurn => {
  // A drawer that moved by a hair is open to its sensor: the person looks again.
  if (own) return ask(state, 'saw', words.whatOpened(state.drawer), [words.sensorSaysOpen(state.drawer)])
  const tries = state.tries + 1
  const jammed = words.jammed(state.drawer)
  return tries >= limits.tries ? failed(jammed, words.outOfTries(tries)) : open({ ...state, tries }, [jammed])
}

const onAfter = (state: LockStep, after: Sight, context: Context): LockTurn => {
  const { drawer, saw, flipped, opening } = state
  const changed = moved(opening?.before ?? {}, after)
  const own = changed.includes(drawer)
  if (saw === '') return nothingOpened(state, own && after[drawer] === 'open', context)
  if (saw !== undefined && saw !== drawer) return ask(state, 'swap', words.swap(drawer, saw))
  if ((after[drawer] ?? 'unknown') === 'unknown') return failed(words.deaf(drawer))
  if (!own) {
    const [other] = changed
    return failed(other === undefined ? words.stuckSensor(drawer) : words.crossedSensor(drawer, other))
  }
  const along = changed.find(id => id !== drawer)
  if (along !== undefined) return failed(words.alsoMoved(drawer, along))
  if (after[drawer] === 'open') return ask(state, 'close', words.close(drawer), [words.agrees()])
  if (flipped) return failed(words.contradicts(drawer))
  return go(state, 'flip', { is: 'save', plan: withFlippedSensor(context.plan, drawer) })
}

const onFlipped = (state: LockStep, { plan }: Context): LockTurn => {
  const { closedWhen } = drawerOf(plan, state.drawer)
  const turned = { ...state, flipped: true, again: true }
  return ask(turned, 'close', words.close(state.drawer), [words.flipped(state.drawer, closedWhen)])
}

const onSwap = (state: LockStep, text: string, { plan }: Context): LockTurn => {
  const { drawer, saw = drawer } = state
  if (!isYes(text)) return failed(words.wrongDrawer(drawer, saw))
  return go(state, 'swapped', { is: 'save', plan: withSwappedLocks(plan, drawer, saw) })
}

/** The lock is another one now, of which nothing is known yet. */
const onSwapped = (state: LockStep): LockTurn => {
  const fresh = { ...state, again: true, flipped: false, tries: 0 }
  return ask(fresh, 'close', words.close(state.saw ?? state.drawer), [words.swapped()])
}

const onClosed = (state: LockStep, sight: Sight, { plan, today, limits }: Context): LockTurn => {
  const { drawer, saw = drawer } = state
  // After a swap the drawer that stands open is read by what was this one's lock.
  if ((sight[saw] ?? 'unknown') !== 'closed' && saw === drawer) {
    const closeTries = state.closeTries + 1
    return closeTries >= limits.tries
      ? failed(words.notClosed(drawer))
      : ask({ ...state, closeTries }, 'close', words.close(drawer), [words.notClosed(drawer)])
  }
  if (state.again) return open({ ...state, again: false, closeTries: 0 }, [words.onceMore()])
  return go(state, 'prove', { is: 'save', plan: withProof(plan, drawer, { lock: today }) })
}

export const stepLock = (state: LockStep, event: Event, context: Context): LockTurn => {
  const text = event.is === 'answered' ? event.text : ''
  const sight = event.is === 'seen' ? event.sight : {}
  switch (state.at) {
    case 'opening':
      return state.opening === undefined
        ? open(state)
        : onOpening(state, stepOpening(state.opening, event, context))
    case 'saw':
      return onSaw(state, text, context)
    case 'after':
      return onAfter(state, sight, context)
    case 'flip':
      return onFlipped(state, context)
    case 'swap':
      return onSwap(state, text, context)
    case 'swapped':
      return onSwapped(state)
    case 'close':
      return go(state, 'closed', { is: 'look' })
    case 'closed':
      return onClosed(state, sight, context)
    case 'prove':
      return { over: 'done', notices: [words.lockProved(state.drawer)] }
  }
}
