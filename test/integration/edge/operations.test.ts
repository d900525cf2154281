import { beforeEach, describe, expect, it } from 'vitest'
import type { RunningEdge } from '#edge/main.ts'
import { actOn, count, figures, ledgerOf, openFor, ticketOf, untilPhase } from '#test/lib/edge-operations.ts'
import { ownTownship } from '#test/lib/edge-own-township.ts'
import { type Ask, journaled, logIn, type Township } from '#test/lib/edge-township.ts'

let town: Township
let edge: RunningEdge
let wang: Ask
let li: Ask
beforeEach(async () => {
  ;({ town, edge, wang, li } = await ownTownship('wang', 'li'))
})

const hand = () => town.cabinet.hand

describe('the desk', () => {
  it('R6: refuses a second session of whatever kind while one is open, and journals that', async () => {
    await openFor(wang, count('D01'))
    expect((await li('/api/operations', count('D02'))).body.code).toBe('E_WITHDRAWAL_OPEN')
    const jti = await town.authorise(edge)
    expect((await li('/api/withdrawals', { jti })).body.code).toBe('E_WITHDRAWAL_OPEN')
    expect(journaled(edge, 'unlock.refused')).toMatchObject([
      { actor: 'li', code: 'E_WITHDRAWAL_OPEN', operation: 'count', drawer: 'D02' },
      { actor: 'li', code: 'E_WITHDRAWAL_OPEN', jti },
    ])
    expect(town.cabinet.pulses).toEqual([1])
    expect(journaled(edge, 'drawer.tamper')).toEqual([])
  })

  it('R6: refuses an operation while a withdrawal is open', async () => {
    await wang('/api/withdrawals', { jti: await town.authorise(edge) })
    expect((await li('/api/operations', count('D02'))).body.code).toBe('E_WITHDRAWAL_OPEN')
  })

  it('R19: keeps a session with its person while somebody else is at the page, and writes down who tried', async () => {
    const { session } = await openFor(wang, count('D01'))
    hand().close('D01')
    await untilPhase(wang, 'entry')
    expect((await actOn(li, session, 'enter', figures(20))).body.code).toBe('E_OTHER_PERSON')
    expect(journaled(edge, 'person.refused')).toMatchObject([{ person: 'li', code: 'E_OTHER_PERSON' }])
    expect((await actOn(wang, 'another', 'cancel', { reason: 'r' })).body.code).toBe('E_OPERATION_NONE')
    expect((await actOn(wang, session, 'witness', {})).body.code).toBe('E_ACTION')
    expect((await actOn(wang, session, 'cancel', { reason: '先不盘' })).body).toMatchObject({
      outcome: 'cancelled',
    })
  })
})

describe('a log-off', () => {
  it('in the middle of a session ends the login and not the session', async () => {
    const { session } = await openFor(wang, count('D01'))
    await wang('/api/logout', {})
    expect((await wang('/api/operations/current')).body.code).toBe('E_LOGIN')
    hand().close('D01')
    expect(await untilPhase(li, 'entry')).toMatchObject({ session, actor: 'wang' })
    const again = await logIn(edge)
    expect((await actOn(again, session, 'enter', figures(20))).body).toMatchObject({ outcome: 'done' })
  })
})

describe('break-glass', () => {
  it('R17: is a record of its own under two names, an alarm while it lasts, and the drawer then needs a count', async () => {
    const ask = { kind: 'break-glass', drawer: 'D01', reason: '抢救' } as const
    expect((await wang('/api/operations', { ...ask, second: 'none' })).body.code).toBe('E_SECOND')
    const second = await ticketOf(wang, 'li', 'break-glass')
    const { session } = await openFor(wang, { ...ask, second })
    expect(journaled(edge, 'break-glass.started')).toMatchObject([
      { glass: session, drawer: 'D01', actor: 'wang', second: 'li', reason: '抢救' },
    ])
    const alarms = () => edge.agent.alarms.list().filter(({ kind }) => kind === 'break-glass')
    expect(alarms()).toMatchObject([{ id: `break-glass-${session}`, level: 'alarm', clearedAt: null }])
    hand().take('D01', 2)
    hand().close('D01')
    await untilPhase(wang, 'entry')
    expect((await actOn(wang, session, 'enter', figures(2))).body).toMatchObject({ outcome: 'done' })
    expect(alarms()).toMatchObject([{ clearedAt: expect.any(String) }])
    expect(ledgerOf(edge, 'metformin-500', 'M1', 'D01')).toBe(18)
    expect(edge.agent.service.of('D01')).toMatchObject({ service: 'needs-count', cause: 'opened' })
  })
})
