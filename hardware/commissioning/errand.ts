import { type Opening, type OpeningTurn, startOpening, stepOpening } from './opening.ts'
import { type Context, type Event, isNo, type Notice, numberIn, type Request } from './talk.ts'
import { words } from './words.ts'

/** Something a person does in a drawer that is opened for it and must be shut afterwards. `text`: their answer. */
export type Errand = {
  readonly at: 'opening' | 'did' | 'look'
  readonly drawer: string
  readonly why: Notice
  readonly question: Notice
  /** What is asked for when it is done: a key, or grams. */
  readonly wants: 'enter' | 'grams'
  readonly tries: number
  readonly text: string
  readonly opening?: Opening
}

export type ErrandTurn =
  | { readonly errand: Errand; readonly request: Request; readonly notices: readonly Notice[] }
  | { readonly shut: Errand; readonly notices: readonly Notice[] }
  | { readonly over: 'failed'; readonly notices: readonly Notice[] }

export type ErrandOptions = Pick<Errand, 'drawer' | 'why' | 'question' | 'wants'>

const ask = (errand: Errand, notices: readonly Notice[] = []): ErrandTurn => ({
  errand: { ...errand, at: 'did' },
  request: { is: 'ask', question: errand.question },
  notices,
})

const onOpening = (errand: Errand, turn: OpeningTurn): ErrandTurn => {
  if ('over' in turn) return turn
  const { notices = [] } = turn
  return 'opening' in turn
    ? { errand: { ...errand, at: 'opening', opening: turn.opening }, request: turn.request, notices }
    : ask(errand, notices)
}

export const startErrand = (options: ErrandOptions): ErrandTurn =>
  onOpening({ ...options, at: 'opening', tries: 0, text: '' }, startOpening(options.drawer, options.why))

/** The drawer is open already. */
export const startShutting = (options: ErrandOptions): ErrandTurn =>
  ask({ ...options, at: 'did', tries: 0, text: '' })

const onDid = (errand: Errand, text: string, { limits }: Context): ErrandTurn => {
  if (isNo(text)) {
    const tries = errand.tries + 1
    if (tries >= limits.tries) return { over: 'failed', notices: [words.outOfTries(tries)] }
    return onOpening({ ...errand, tries }, startOpening(errand.drawer, errand.why))
  }
  if (errand.wants === 'grams' && !((numberIn(text) ?? 0) > 0)) return ask(errand, [words.needNumber(text)])
  return { errand: { ...errand, at: 'look', text }, request: { is: 'look' }, notices: [] }
}

export const stepErrand = (errand: Errand, event: Event, context: Context): ErrandTurn => {
  switch (errand.at) {
    case 'opening':
      return errand.opening === undefined
        ? startErrand(errand)
        : onOpening(errand, stepOpening(errand.opening, event, context))
    case 'did':
      return onDid(errand, event.is === 'answered' ? event.text : '', context)
    case 'look':
      return event.is === 'seen' && event.sight[errand.drawer] === 'closed'
        ? { shut: errand, notices: [] }
        : ask(errand, [words.notClosed(errand.drawer)])
  }
}
