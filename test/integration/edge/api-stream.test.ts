import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MINUTE, SECOND } from '#domain/time.ts'
import type { RunningEdge } from '#edge/main.ts'
import { IDLE_MINUTES } from '#edge/people/logins.ts'
import { edgeClock } from '#test/lib/edge-clock.ts'
import { asker, FIRST_PIN, openTownship, PIN, type Township } from '#test/lib/edge-township.ts'

let town: Township
let edge: RunningEdge
const clock = edgeClock(new Date().toISOString())
beforeEach(async () => {
  town = await openTownship()
  edge = await town.start(town.dataDir, { clock })
  for (const id of ['wang', 'li']) edge.agent.people.changePin(id, FIRST_PIN, PIN)
})
afterEach(() => town.close())

const tokenOf = (id: string): string => edge.agent.people.login({ person: id, pin: PIN }).token

/** A page’s stream; `ended` resolves with all it said when the agent ends it. */
const open = async (token: string) => {
  const answer = await fetch(`${edge.url}/api/stream?token=${token}`)
  let over = false
  const ended = answer.text().then(text => {
    over = true
    return text
  })
  return { status: answer.status, ended, over: () => over }
}

describe('the stream of a page', () => {
  it('is refused to a first PIN', async () => {
    const { token } = edge.agent.people.login({ person: 'zhao', pin: FIRST_PIN })
    const { status, ended } = await open(token)
    expect([status, JSON.parse(await ended).code]).toEqual([403, 'E_PIN_CHANGE'])
  })

  it.each([
    ['at the log-out', (token: string) => asker(edge.url, token)('/api/logout', {})],
    ['at a newer login of the same person', () => tokenOf('wang')],
    ['at a change of PIN', () => edge.agent.people.changePin('wang', PIN, '604827')],
    ['when the kiosk was left alone', () => clock.pass(IDLE_MINUTES * MINUTE)],
  ])('ends %s', async (_when, act) => {
    const token = tokenOf('wang')
    const { status, ended } = await open(token)
    expect(status).toBe(200)
    await act(token)
    expect(await ended).toContain(': alive')
  })

  it('goes on through the logins of others, and keeps no login alive itself', async () => {
    const token = tokenOf('wang')
    const stream = await open(token)
    tokenOf('li')
    clock.pass((IDLE_MINUTES - 1) * MINUTE)
    expect(edge.agent.people.who(token, { touch: false }).id).toBe('wang')
    clock.pass(MINUTE - SECOND)
    expect(stream.over()).toBe(false)
    clock.pass(SECOND)
    await stream.ended
    expect(() => edge.agent.people.who(token)).toThrow(expect.objectContaining({ code: 'E_LOGIN' }))
  })

  it('goes on as long as the person works', async () => {
    const token = tokenOf('wang')
    const stream = await open(token)
    clock.pass((IDLE_MINUTES - 1) * MINUTE)
    await asker(edge.url, token)('/api/stock')
    clock.pass((IDLE_MINUTES - 1) * MINUTE)
    edge.agent.changes.tell('stock')
    clock.pass(SECOND)
    edge.agent.people.logout(token)
    expect(await stream.ended).toContain('"topics":["stock"]')
  })

  it('opens again with the same token after a change of PIN', async () => {
    const token = tokenOf('wang')
    const first = await open(token)
    edge.agent.people.changePin('wang', PIN, '604827')
    await first.ended
    const second = await open(token)
    expect(second.status).toBe(200)
    edge.agent.people.logout(token)
    await second.ended
    expect((await open(token)).status).toBe(401)
  })
})
