import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { RunningEdge } from '#edge/main.ts'
import { paper, refusalsIn, sendList, signed } from '#test/lib/edge-authority.ts'
import { ownTownship } from '#test/lib/edge-own-township.ts'
import {
  type Ask,
  asker,
  FIRST_PIN,
  journaled,
  logIn,
  type Township,
  untilStep,
} from '#test/lib/edge-township.ts'

let town: Township
let edge: RunningEdge
let wang: Ask
let he: Ask
beforeEach(async () => {
  ;({ town, edge, wang, he } = await ownTownship('wang', 'he'))
})

const refusals = () => refusalsIn(edge)

describe('what is refused', () => {
  it('R19: leaves a record each: PIN, badge, role, second person, override', async () => {
    await sendList(town, edge)
    const anybody = asker(edge.url)
    await anybody('/api/login', { person: 'li', pin: '000001' })
    await anybody('/api/login', { badge: '12345678' })
    const jti = await town.authorise(edge)
    await he('/api/withdrawals', { jti })
    await he('/api/people/wang/badge', { badge: '12345678' })
    await wang('/api/second', { person: 'wang', pin: FIRST_PIN, act: 'waste' })
    await wang('/api/overrides', paper({ items: [{ drug: 'insulin', quantity: 1 }] }))
    const codes = (kind: 'person.refused' | 'unlock.refused') => journaled(edge, kind).map(({ code }) => code)
    expect(codes('person.refused')).toEqual([...['E_PIN_WRONG', 'E_BADGE_UNKNOWN', 'E_ROLE', 'E_PIN_WRONG']])
    expect(codes('unlock.refused')).toEqual(['E_ROLE', 'E_OVERRIDE_LIST'])
    expect(town.cabinet.pulses).toEqual([])
  })
})

describe('a competency that has ended', () => {
  it('R19: refuses acts of the profession with its own code, journaled, and lets witness', async () => {
    await town.stop(edge)
    const path = join(town.dataDir, 'agent.json')
    const config = JSON.parse(await readFile(path, 'utf8')) as { people: { id: string }[] }
    const people = config.people.map(one =>
      one.id === 'wang' ? { ...one, competentUntil: '2026-01-31' } : one,
    )
    await writeFile(path, JSON.stringify({ ...config, people }))
    edge = await town.start()
    wang = await logIn(edge)
    const jti = await town.authorise(edge)
    expect(await wang('/api/withdrawals', { jti })).toMatchObject({
      status: 403,
      body: { code: 'E_COMPETENCY' },
    })
    expect(refusals()).toEqual([['wang', 'E_COMPETENCY', null]])
    const li = await logIn(edge, 'li')
    expect(await signed(li, 'wang', 'waste')).not.toBe('undefined')
  })
})

describe('a session of somebody else', () => {
  it('goes on with its actor until the lead takes it over, with a reason', async () => {
    const jti = await town.authorise(edge)
    const { session } = (await wang('/api/withdrawals', { jti })).body
    await untilStep(wang, 'open')
    const qian = await logIn(edge, 'qian')
    expect((await qian('/api/withdrawals/current')).body).toMatchObject({ actor: 'wang' })
    expect((await wang(`/api/sessions/${session}/take-over`, { reason: '交班' })).body.code).toBe('E_ROLE')
    await qian(`/api/sessions/${session}/take-over`, { reason: '王药师离岗' })
    expect((await qian('/api/withdrawals/current')).body).toMatchObject({ actor: 'qian' })
    expect(journaled(edge, 'session.taken-over')).toMatchObject([
      { session, from: 'wang', by: 'qian', reason: '王药师离岗' },
    ])
  })

  it('may be taken over by any pharmacist once that person has logged off', async () => {
    const jti = await town.authorise(edge)
    const { session } = (await wang('/api/withdrawals', { jti })).body
    await untilStep(wang, 'open')
    const li = await logIn(edge, 'li')
    const take = () => li(`/api/sessions/${session}/take-over`, { reason: '王药师离岗' })
    expect((await take()).body.code).toBe('E_ROLE')
    await wang('/api/logout', {})
    expect(await take()).toMatchObject({ status: 200, body: { actor: 'li' } })
  })
})
