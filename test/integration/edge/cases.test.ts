import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CaseView } from '#cloud-sync/contract/edge-people.ts'
import type { RunningEdge } from '#edge/main.ts'
import { signed } from '#test/lib/edge-authority.ts'
import {
  type Ask,
  journaled,
  logIn,
  openTownship,
  type Township,
  untilStep,
} from '#test/lib/edge-township.ts'

let town: Township
let edge: RunningEdge
let wang: Ask
let li: Ask
let he: Ask
let qian: Ask
beforeAll(async () => {
  town = await openTownship()
  edge = await town.start()
  wang = await logIn(edge)
  li = await logIn(edge, 'li')
  he = await logIn(edge, 'he')
  qian = await logIn(edge, 'qian')
})
afterAll(() => town.close())

/** Wang takes one too many and keeps it. */
const newCase = async (): Promise<CaseView> => {
  const jti = await town.authorise(edge)
  const { session } = (await wang('/api/withdrawals', { jti })).body
  await untilStep(wang, 'open')
  town.cabinet.hand.take('D01', 3)
  town.cabinet.hand.close('D01')
  await untilStep(wang, 'over')
  await wang(`/api/withdrawals/${session}/accept`, { reason: '破损一盒' })
  return caseOf(wang, `${session}-0`)
}
const caseOf = async (as: Ask, id: string): Promise<CaseView> => {
  const all = (await as('/api/cases')).body as unknown as readonly CaseView[]
  const found = all.find(one => one.id === id)
  if (!found) throw new Error(`no case ${id}`)
  return found
}
const step = (as: Ask, { id }: { id: string }, act: string, body: object) =>
  as(`/api/cases/${id}/${act}`, body)

describe('a case at the counter', () => {
  it('R9: is explained, witnessed by another and closed by a third word, each step a record', async () => {
    const opened = await newCase()
    expect(opened).toMatchObject({ status: 'open', drug: 'metformin-500', lot: 'M1', expected: 2, taken: 3 })
    expect([opened.actions, (await caseOf(qian, opened.id)).actions]).toEqual([
      ['explain'],
      ['explain', 'unresolvable'],
    ])
    await step(wang, opened, 'explain', { reason: 'damaged', note: '一盒破损，已登记' })
    expect((await caseOf(wang, opened.id)).actions).toEqual([])
    const second = await signed(wang, 'he', 'witness')
    expect((await step(wang, opened, 'witness', { second, note: '看到破损的一盒' })).status).toBe(200)
    expect((await step(wang, opened, 'close', { note: '关闭' })).body.code).toBe('E_CASE_SAME_PERSON')
    const closed = await step(li, opened, 'close', { note: '核对无误' })
    expect(closed.body).toMatchObject({ status: 'closed', actions: [] })
    expect(journaled(edge, 'case.step').map(({ step: name, actor }) => [name, actor])).toEqual([
      ['explained', 'wang'],
      ['witnessed', 'he'],
      ['closed', 'li'],
    ])
    expect(journaled(edge, 'case.step')[0]).toMatchObject({ session: opened.session, reason: 'damaged' })
  })

  it('R9: is witnessed by who is logged in too, and not by who caused or explained it', async () => {
    const opened = await newCase()
    await step(li, opened, 'explain', { reason: 'miscounted', note: '多取一盒' })
    for (const as of [wang, li])
      expect((await step(as, opened, 'witness', { note: '已看' })).body.code).toBe('E_CASE_SAME_PERSON')
    expect((await step(he, opened, 'witness', { note: '已看' })).body).toMatchObject({ status: 'witnessed' })
    expect(journaled(edge, 'person.refused').filter(({ code }) => code === 'E_CASE_SAME_PERSON')).not.toEqual(
      [],
    )
  })

  it('R9: is not signed by who began the session, though somebody else took it over and ended it', async () => {
    const jti = await town.authorise(edge)
    const { session } = (await li('/api/withdrawals', { jti })).body
    await untilStep(li, 'open')
    town.cabinet.hand.take('D01', 1)
    town.cabinet.hand.close('D01')
    await untilStep(li, 'under')
    await qian(`/api/sessions/${session}/take-over`, { reason: '李药师离岗' })
    await qian(`/api/withdrawals/${session}/accept`, { reason: '破损一盒' })
    const opened = await caseOf(qian, `${session}-0`)
    expect(opened.actor).toBe('qian')
    const second = await signed(qian, 'li', 'case-unresolvable')
    const hopeless = { reason: 'unknown', note: '查不清', second }
    expect((await step(qian, opened, 'unresolvable', hopeless)).body.code).toBe('E_CASE_SAME_PERSON')
    await step(wang, opened, 'explain', { reason: 'damaged', note: '一盒破损' })
    expect((await step(li, opened, 'witness', { note: '已看' })).body.code).toBe('E_CASE_SAME_PERSON')
    expect((await caseOf(li, opened.id)).actions).toEqual([])
    expect((await step(he, opened, 'witness', { note: '已看' })).body).toMatchObject({ status: 'witnessed' })
  })

  it('R9: is unresolvable by the lead and a witness, and then ended', async () => {
    const opened = await newCase()
    const body = { reason: 'unknown', note: '多次盘点仍不符' }
    expect((await step(li, opened, 'unresolvable', { ...body, second: '' })).body.code).toBe('E_ROLE')
    expect((await step(qian, opened, 'unresolvable', { ...body, second: '' })).body.code).toBe('E_SECOND')
    const second = await signed(qian, 'he', 'case-unresolvable')
    const ended = await step(qian, opened, 'unresolvable', { ...body, second })
    expect(ended.body).toMatchObject({
      status: 'unresolvable',
      steps: [{ actor: 'qian', note: expect.stringContaining('he') }],
    })
    expect((await step(li, opened, 'explain', body)).body.code).toBe('E_CASE_STATUS')
  })

  it('R9: takes reasons from the list, and asks for a note', async () => {
    const opened = await newCase()
    const { code } = (await step(wang, opened, 'explain', { reason: 'because', note: '说明' })).body
    expect(code).toBe('E_REASON')
    expect((await step(wang, opened, 'explain', { reason: 'scale', note: '  ' })).status).toBe(400)
    const reasons = (await wang('/api/reasons')).body as { case: readonly { code: string }[] }
    expect(reasons.case.map(one => one.code)).toContain('scale')
  })

  it('R9: cannot be deleted, nor be found where there is none', async () => {
    const opened = await newCase()
    const gone = await fetch(`${edge.url}/api/cases/${opened.id}`, { method: 'DELETE' })
    expect(gone.status).toBe(404)
    expect((await step(wang, { id: 'none' }, 'explain', { reason: 'scale', note: '说明' })).body.code).toBe(
      'E_CASE_NOT_FOUND',
    )
  })

  it('R9: stands as it was where the disk refuses the step', async () => {
    const opened = await newCase()
    edge.agent.db.run('PRAGMA query_only = ON')
    const refused = await step(wang, opened, 'explain', { reason: 'scale', note: '说明' })
    edge.agent.db.run('PRAGMA query_only = OFF')
    expect(refused.status).toBe(507)
    expect((await caseOf(wang, opened.id)).steps).toEqual([])
  })
})
