import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningEdge } from '#edge/main.ts'
import {
  type Ask,
  asker,
  FIRST_PIN,
  journaled,
  logIn,
  openTownship,
  PIN,
  type Township,
  untilStep,
} from '#test/lib/edge-township.ts'

let town: Township
let edge: RunningEdge
let anybody: Ask
let wang: Ask
beforeAll(async () => {
  town = await openTownship()
  edge = await town.start()
  anybody = asker(edge.url)
  wang = await logIn(edge)
})
afterAll(() => town.close())

const READS = ['prescriptions', 'withdrawals/current', 'temperatures', 'stock', 'alarms', 'cases', 'asks']
const inTwoLanguages = { zh: expect.stringMatching(/\p{Script=Han}/u), en: expect.stringMatching(/[a-z]/) }

describe('the agent’s API', () => {
  it('tells everybody the site and who may log in, without a PIN in it', async () => {
    expect((await anybody('/api/site')).body).toMatchObject({ site: 'heping', link: 'down', flows: 'off' })
    const people = await anybody('/api/people')
    expect(people.body).toHaveLength(5)
    expect(JSON.stringify(people.body)).not.toMatch(/pin|PIN|\d{6}/)
  })

  it.each(READS)('shows /api/%s to nobody who has not logged in', async path => {
    expect(await anybody(`/api/${path}`)).toMatchObject({ status: 401, body: { code: 'E_LOGIN' } })
    expect((await wang(`/api/${path}`)).status).toBe(200)
  })

  it('opens nothing but the change of PIN to a first PIN', async () => {
    const { body } = await anybody('/api/login', { person: 'li', pin: FIRST_PIN })
    const li = asker(edge.url, String(body.token))
    expect(await li('/api/stock')).toMatchObject({ status: 403, body: { code: 'E_PIN_CHANGE' } })
    expect(await li('/api/withdrawals', { jti: 'x' })).toMatchObject({
      status: 403,
      body: { code: 'E_PIN_CHANGE' },
    })
    expect(await li('/api/pin', { pin: PIN, newPin: '739155' })).toMatchObject({
      status: 400,
      body: { code: 'E_PIN_OLD' },
    })
    expect((await li('/api/pin', { pin: FIRST_PIN, newPin: PIN })).body).toMatchObject({
      mustChangePin: false,
    })
    expect((await li('/api/stock')).status).toBe(200)
    await li('/api/logout', {})
    expect((await li('/api/stock')).body.code).toBe('E_LOGIN')
  })

  it('lets a technician dispense nothing', async () => {
    const zhao = await logIn(edge, 'zhao')
    expect(await zhao('/api/withdrawals', { jti: 'x' })).toMatchObject({
      status: 403,
      body: { code: 'E_ROLE' },
    })
    expect((await zhao('/api/withdrawals/x/unlock', {})).body.code).toBe('E_ROLE')
  })

  it('lets a pharmacist unlock a colleague, a technician not, and nobody themselves', async () => {
    const zhao = await logIn(edge, 'zhao')
    for (let at = 0; at < 5; at++) await anybody('/api/login', { person: 'li', pin: '000001' })
    expect(await anybody('/api/login', { person: 'li', pin: PIN })).toMatchObject({
      status: 423,
      body: { code: 'E_PERSON_LOCKED' },
    })
    expect((await anybody('/api/people/li/unlock', {})).body.code).toBe('E_LOGIN')
    expect((await zhao('/api/people/li/unlock', {})).body.code).toBe('E_ROLE')
    expect(await wang('/api/people/wang/unlock', {})).toMatchObject({
      status: 403,
      body: { code: 'E_PERSON_SELF' },
    })
    expect(await wang('/api/people/nobody/unlock', {})).toMatchObject({
      status: 404,
      body: { code: 'E_PERSON_ABSENT' },
    })
    expect((await wang('/api/people/li/unlock', {})).body).toMatchObject({ id: 'li', lockedUntil: null })
    expect((await anybody('/api/login', { person: 'li', pin: PIN })).status).toBe(200)
    expect(journaled(edge, 'person.unlocked')).toMatchObject([{ person: 'li', by: 'wang' }])
  })

  it.each([
    ['a path that is not there', '/api/nothing', undefined, 404, 'E_NOT_FOUND'],
    ['a body of another shape', '/api/login', { person: 7 }, 400, 'E_BAD_REQUEST'],
    ['a wrong PIN', '/api/login', { person: 'zhao', pin: '000001' }, 401, 'E_PIN_WRONG'],
    ['a person who is not there', '/api/login', { person: 'nobody', pin: '1' }, 401, 'E_PERSON_UNKNOWN'],
    ['a text of 70 kB', '/api/login', { person: 'x'.repeat(70_000), pin: '1' }, 413, 'E_BAD_REQUEST'],
  ])('answers %s with a code and words in both languages', async (_what, path, body, status, code) => {
    const answer = await anybody(path, body)
    expect(answer).toMatchObject({ status, body: { code, message: { zh: inTwoLanguages.zh } } })
    expect(answer.body.message).toHaveProperty('en')
  })

  it('answers what is no JSON with a code', async () => {
    const answer = await fetch(`${edge.url}/api/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"person":',
    })
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([400, 'E_BAD_REQUEST'])
  })

  it('takes an acknowledgement with a name and a reason, and refuses one without', async () => {
    edge.agent.alarms.raise({ id: 'a1', kind: 'board', level: 'alarm', zh: '测试', en: 'test' })
    expect((await wang('/api/alarms/a1/acknowledge', { reason: ' ' })).body.code).toBe('E_REASON')
    expect((await wang('/api/alarms/none/acknowledge', { reason: 'r' })).body.code).toBe('E_ALARM_UNKNOWN')
    expect((await wang('/api/alarms/a1/acknowledge', { reason: '已通知' })).status).toBe(200)
    expect((await wang('/api/alarms')).body).toMatchObject([{ id: 'a1', acknowledgedBy: 'wang' }])
    expect(journaled(edge, 'alarm.acknowledged')).toMatchObject([{ actor: 'wang', reason: '已通知' }])
  })

  it('sends what changes to a page that watches, and to no other', async () => {
    const refused = await fetch(`${edge.url}/api/stream?token=wrong`)
    expect(refused.status).toBe(401)
    const { body } = await anybody('/api/login', { person: 'li', pin: PIN })
    const stream = await fetch(`${edge.url}/api/stream?token=${body.token}`)
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
    const jti = await town.authorise(edge)
    await wang('/api/withdrawals', { jti })
    await untilStep(wang, 'open')
    town.cabinet.hand.take('D01', 2)
    town.cabinet.hand.close('D01')
    let text = ''
    while (!/event: withdrawal\ndata: .*"outcome":"matched"/.test(text))
      text += (await reader?.read())?.value ?? ''
    expect(text).toContain('"topics"')
    await reader?.cancel()
  })
})

describe('the door of the flows', () => {
  it('opens to the guest’s own token, which asks and can do nothing else (R1)', async () => {
    const other = await openTownship()
    const tokens: string[] = []
    const house = await other.start(other.dataDir, {
      startFlows: async ({ agentToken }) => {
        tokens.push(agentToken)
        return { status: () => 'ready', onStatus: () => {}, stop: async () => {} }
      },
    })
    const guest = asker(house.url, tokens[0])
    expect((await guest('/api/flows/ask', { text: '请检查冰箱', source: 'fridge' })).status).toBe(200)
    expect(journaled(house, 'flow.asked')).toEqual([expect.objectContaining({ source: 'fridge' })])
    const jti = await other.authorise(house)
    for (const [path, body] of [
      ...READS.map(read => [`/api/${read}`] as const),
      ['/api/withdrawals', { jti }],
      ['/api/withdrawals/s/unlock', {}],
      ['/api/alarms/a/acknowledge', { reason: 'r' }],
      ['/api/pin', { pin: '1', newPin: '2' }],
    ] as const)
      expect(await guest(path, body), path).toMatchObject({ status: 401, body: { code: 'E_LOGIN' } })
    expect(other.cabinet.pulses).toEqual([])
    await other.close()
  })

  it('stays shut to a person’s token and to none', async () => {
    for (const ask of [anybody, wang])
      expect(await ask('/api/flows/ask', { text: '开门' })).toMatchObject({
        status: 401,
        body: { code: 'E_LOGIN' },
      })
  })
})

describe('what flows ask', () => {
  const { asks } = { asks: () => edge.agent.asks }
  it('is shown once however often it is asked, until somebody has done it', async () => {
    asks().ask({ source: 'f', text: '请检查 1 号冰箱' })
    asks().ask({ source: 'f', text: '请检查 1 号冰箱' })
    const { body } = await wang('/api/asks')
    expect(body).toMatchObject([{ text: '请检查 1 号冰箱' }])
    const [first] = body as unknown as { id: string }[]
    expect((await wang(`/api/asks/${first?.id}/done`, {})).status).toBe(200)
    expect((await wang('/api/asks')).body).toEqual([])
    expect((await wang(`/api/asks/${first?.id}/done`, {})).status).toBe(200)
    expect(await wang('/api/asks/none/done', {})).toMatchObject({
      status: 404,
      body: { code: 'E_ASK_UNKNOWN' },
    })
    expect(journaled(edge, 'flow.asked')).toMatchObject([{ ask: first?.id }])
    expect(journaled(edge, 'flow.answered')).toMatchObject([{ ask: first?.id, by: 'wang' }])
  })

  it.each([
    ['nothing', ' '],
    ['too much', '长'.repeat(201)],
  ])('is refused if it is %s', (_what, text) => {
    expect(() => asks().ask({ source: 'f', text })).toThrow(expect.objectContaining({ code: 'E_ASK' }))
  })

  it('fills neither screen nor journal beyond twenty', () => {
    for (let at = 0; at < 20; at++) asks().ask({ source: 'loop', text: `第 ${at} 问` })
    expect(() => asks().ask({ source: 'loop', text: '再问' })).toThrow(
      expect.objectContaining({ code: 'E_ASK_TOO_MANY', kind: 'transient' }),
    )
    expect(asks().open()).toHaveLength(20)
  })
})
