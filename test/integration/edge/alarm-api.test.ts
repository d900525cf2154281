import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RunningEdge } from '#edge/main.ts'
import { asker, logIn, openTownship, type Township } from '#test/lib/edge-township.ts'
import { until } from '#test/lib/hardware-wait.ts'

let town: Township
let edge: RunningEdge
beforeEach(async () => {
  town = await openTownship()
  edge = await town.start()
})
afterEach(() => town.close())

describe('alarms over the API', () => {
  it('are tested by a person who may; what became of the messages can be read by alarm', async () => {
    const nobody = asker(edge.url)
    expect((await nobody('/api/alarms/test', {})).status).toBe(401)
    expect((await nobody('/api/alarms/notices')).status).toBe(401)
    const zhao = await logIn(edge, 'zhao')
    const test = await zhao('/api/alarms/test', {})
    expect(test).toMatchObject({
      status: 200,
      body: [{ what: 'test', channel: 'sms', alarm: 'test' }, {}, {}],
    })
    await until('the messages', () => town.cabinet.messages().length === 3)
    const told = async (query: string) => (await zhao(`/api/alarms/notices${query}`)).body
    await until('their delivery', async () => {
      const notices = (await told('?alarm=test')) as unknown as { status: string }[]
      return notices.every(({ status }) => status === 'delivered')
    })
    expect(await told('?alarm=none')).toEqual([])
  })

  it('raise none of their own in a cabinet that is set up', async () => {
    expect(edge.agent.alarms.list().filter(({ kind }) => /^(notify|sms)-/.test(kind))).toEqual([])
  })
})

describe('excursions over the API', () => {
  it('are listed, and one that is not there cannot be closed', async () => {
    const wang = await logIn(edge)
    expect((await wang('/api/excursions')).body).toEqual([])
    const close = (how: string) => wang('/api/excursions/F1-hot-1/close', { how, reason: '已更换' })
    expect(await close('sensor-lost')).toMatchObject({ status: 404, body: { code: 'E_EXCURSION_UNKNOWN' } })
    expect((await close('forgotten')).status).toBe(400)
  })
})
