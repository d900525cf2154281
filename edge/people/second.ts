/**
 * The second person (R10, R12, R16, R17): proves who they are for one act of another's, and is not logged in by it. A
 * ticket is bound to that act and that person, serves once and dies with the process.
 */
import { randomBytes } from 'node:crypto'
import type { PersonView, SecondView } from '#cloud-sync/contract/edge-people.ts'
import { YaoguiError } from '#domain/error.ts'
import { type Action, may } from '#domain/people/actions.ts'
import { MINUTE, shanghaiDay } from '#domain/time.ts'
import type { EdgeClock } from '../clock.ts'
import type { Journal } from '../journal/journal.ts'
import type { People } from './people.ts'
import { mayNot, refuseFirstPin } from './permission.ts'
import type { Proof } from './proof.ts'

export const TICKET_MS = 2 * MINUTE

type Ticket = { readonly person: string; readonly with: string; readonly act: Action; readonly until: number }
type Use = {
  readonly act: Action
  readonly actor: string
  /** Monotonic: what was signed before says nothing of it (R10: after the quantity). */
  readonly since?: number
}

const noTicket = () =>
  new YaoguiError('E_SECOND', {
    zh: '需要第二人确认',
    en: 'a second person must sign',
    wayOut: { zh: '请另一位在场人员重新确认', en: 'have another person sign again' },
  })

const self = () =>
  new YaoguiError('E_SECOND_SELF', {
    zh: '第二人不能是操作者本人',
    en: 'the second person must be somebody else',
  })

type Options = { readonly people: People; readonly journal: Journal; readonly clock: EdgeClock }

export const createSecond = ({ people, journal, clock }: Options) => {
  const tickets = new Map<string, Ticket>()
  const sweep = (): void => {
    for (const [id, { until }] of tickets) if (until <= clock.monotonic()) tickets.delete(id)
  }

  const check = (person: PersonView, actor: string): void => {
    if (person.id === actor) throw self()
    refuseFirstPin(person)
    if (!may(person, 'witness', shanghaiDay(clock.now()))) throw mayNot(person, 'witness')
  }

  return {
    /**
     * Somebody signs for `act` of `actor`; journaled as that, or refused. Whoever may witness may sign for any act.
     * Errors: as a login, E_SECOND_SELF, E_PIN_CHANGE, E_ROLE.
     */
    sign: (proof: Proof, { act, actor }: Use): SecondView => {
      const { id, name } = people.admit(proof, person => {
        check(person, actor)
        return { kind: 'person.second', data: { person: person.id, with: actor, act } }
      })
      sweep()
      const ticket = randomBytes(24).toString('base64url')
      tickets.set(ticket, { person: id, with: actor, act, until: clock.monotonic() + TICKET_MS })
      return {
        ticket,
        person: id,
        name,
        expiresAt: new Date(clock.now().getTime() + TICKET_MS).toISOString(),
      }
    },
    /**
     * Who signed. Uses the ticket up: call it last of what is checked before an act. `ticket` undefined: nobody signed.
     * Errors: E_SECOND, journaled.
     */
    redeem: (ticket: string | undefined, { act, actor, since = 0 }: Use): string => {
      sweep()
      const found = tickets.get(ticket ?? '')
      tickets.delete(ticket ?? '')
      const late = found !== undefined && found.until - TICKET_MS >= since
      if (late && found.act === act && found.with === actor) return found.person
      journal.tell({ kind: 'person.refused', data: { person: actor, code: 'E_SECOND' } })
      throw noTicket()
    },
  }
}

export type Second = ReturnType<typeof createSecond>
