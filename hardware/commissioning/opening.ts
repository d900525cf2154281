import { type Context, type Event, isYes, type Notice, type Request, type Sight } from './talk.ts'
import { words } from './words.ts'

/** `why`: what the person is to do once the drawer is open. `before`: what the sensors said just before the pulse. */
export type Opening = {
  readonly at: 'clear' | 'look' | 'pulse'
  readonly drawer: string
  readonly why: Notice
  readonly before: Sight
}

export type OpeningTurn =
  | { readonly opening: Opening; readonly request: Request; readonly notices?: readonly Notice[] }
  /** The pulse went out, or at least may have; the person will say what it did. */
  | { readonly fired: Opening; readonly notices: readonly Notice[] }
  | { readonly over: 'failed'; readonly notices: readonly Notice[] }

const askClear = (opening: Opening, notices: readonly Notice[] = []): OpeningTurn => ({
  opening: { ...opening, at: 'clear' },
  request: { is: 'ask', question: words.clear(opening.drawer, opening.why) },
  notices,
})

export const startOpening = (drawer: string, why: Notice): OpeningTurn =>
  askClear({ at: 'clear', drawer, why, before: {} })

/** At most one drawer stands open. Of a lock that is not proved nobody knows yet what its sensor means. */
const openDrawer = ({ plan }: Context, sight: Sight): string | undefined =>
  plan.drawers.find(({ id, proved }) => proved?.lock !== undefined && sight[id] === 'open')?.id

const onSight = (opening: Opening, sight: Sight, context: Context): OpeningTurn => {
  const { drawer } = opening
  if ((sight[drawer] ?? 'unknown') === 'unknown') return askClear(opening, [words.deaf(drawer)])
  const open = openDrawer(context, sight)
  if (open !== undefined) return askClear(opening, [words.standsOpen(open)])
  return { opening: { ...opening, at: 'pulse', before: sight }, request: { is: 'pulse', drawer } }
}

const onPulse = (opening: Opening, event: Event): OpeningTurn => {
  if (event.is !== 'failed') return { fired: opening, notices: [] }
  switch (event.kind) {
    case 'transient':
      return askClear(opening, [words.fault(event), words.nothingSent()])
    case 'ambiguous':
      return { fired: opening, notices: [words.fault(event), words.maybeSent()] }
    case 'permanent':
      return { over: 'failed', notices: [words.fault(event)] }
  }
}

/** One pulse for one yes of a person standing there. */
export const stepOpening = (opening: Opening, event: Event, context: Context): OpeningTurn => {
  switch (opening.at) {
    case 'clear':
      return event.is === 'answered' && isYes(event.text)
        ? { opening: { ...opening, at: 'look' }, request: { is: 'look' } }
        : askClear(opening, [words.needYes()])
    case 'look':
      return onSight(opening, event.is === 'seen' ? event.sight : {}, context)
    case 'pulse':
      return onPulse(opening, event)
  }
}
