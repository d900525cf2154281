import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { WithdrawalView } from '#cloud-sync/contract/edge-withdrawals.ts'
import type { RunningEdge } from '#edge/main.ts'
import { runningTownship } from '#test/lib/edge-own-township.ts'
import { keyOf, orderFormulary, packOf, traceOf } from '#test/lib/edge-packs.ts'
import {
  type Ask,
  currentOf,
  item,
  journaled,
  logIn,
  type Township,
  untilStep,
} from '#test/lib/edge-township.ts'
import { until } from '#test/lib/hardware-wait.ts'

let town: Township
let edge: RunningEdge
let ask: Ask
beforeAll(async () => {
  ;({ town, edge, wang: ask } = await runningTownship('wang'))
  await orderFormulary(town, edge, { scanned: ['amlodipine-5'] })
})
afterAll(() => town.close())

const scan = async (text: string) => (await ask('/api/scan', { text })).body
const refusals = () => journaled(edge, 'scan.refused')

/** Starts a withdrawal and waits for its drawer. */
const begin = async (drug: string, quantity: number): Promise<WithdrawalView> => {
  const jti = await town.authorise(edge, { items: [item(drug, quantity)] })
  expect((await ask('/api/withdrawals', { jti })).status).toBe(200)
  return untilStep(ask, 'open')
}
const act = (w: WithdrawalView, name: string, body: object) =>
  ask(`/api/withdrawals/${w.session}/${name}`, body)
const close = (drawer: string, taken: number) => {
  if (taken > 0) town.cabinet.hand.take(drawer, taken)
  town.cabinet.hand.close(drawer)
}

describe('packs scanned during a withdrawal', () => {
  it('are checked one by one, counted, and settle the step with the scale', async () => {
    const w = await begin('metformin-500', 2)
    expect(w.steps[0]).toMatchObject({ scanned: 0, scanRequired: false })
    const wrong = await act(w, 'scan', { text: packOf('amlodipine-5', 'X1', { lot: 'A1' }) })
    expect(wrong).toMatchObject({ status: 409, body: { code: 'E_WRONG_PACK' } })
    const { zh } = wrong.body.message as { zh: string }
    expect(zh).toContain('盐酸二甲双胍片')
    expect(zh).toContain('苯磺酸氨氯地平片')
    const lot = await act(w, 'scan', { text: packOf('metformin-500', 'X2', { lot: 'M2', expiry: '281231' }) })
    expect(lot.body).toMatchObject({
      code: 'E_WRONG_LOT',
      message: { zh: expect.stringMatching(/批号.*有效期/) },
    })
    expect((await act(w, 'scan', { text: packOf('metformin-500', 'P1') })).body).toMatchObject({
      steps: [{ scanned: 1 }],
    })
    const again = await act(w, 'scan', { text: `]d2${packOf('metformin-500', 'P1')}` })
    expect(again.body.code).toBe('E_CODE_TWICE')
    expect((await act(w, 'scan', { text: keyOf('metformin-500') })).body.code).toBe('E_CODE_NO_TRACE')
    await act(w, 'scan', { text: traceOf('metformin-500', 1) })
    close('D01', 2)
    expect(await untilStep(ask, 'finished')).toMatchObject({ outcome: 'matched', steps: [{ scanned: 2 }] })
    expect(journaled(edge, 'trace.used').slice(-2)).toMatchObject([
      { drug: 'metformin-500', lot: 'M1', session: w.session },
      { drug: 'metformin-500', lot: null, session: w.session },
    ])
    expect(
      refusals()
        .slice(-4)
        .map(({ code }) => code),
    ).toEqual(['E_WRONG_PACK', 'E_WRONG_LOT', 'E_CODE_TWICE', 'E_CODE_NO_TRACE'])
  })

  it('that left once do not leave again, until a return reverses them', async () => {
    expect(await scan(packOf('metformin-500', 'P1'))).toMatchObject({ used: true })
    const w = await begin('metformin-500', 1)
    expect((await act(w, 'scan', { text: packOf('metformin-500', 'P1') })).body.code).toBe('E_CODE_USED')
    const back = { id: 'return-1', rx: null, drug: 'metformin-500', lot: 'M1', expiry: '2027-12-31' }
    edge.agent.db.transaction(() =>
      edge.agent.returns.brought({ ...back, quantity: 1, reason: '病人退药', actor: 'wang' }),
    )
    const reverse = (text: string) => ask('/api/returns/return-1/reverse', { text })
    expect((await reverse(packOf('metformin-500', 'P1'))).body.code).toBe('E_RETURN_STATUS')
    edge.agent.returns.decide('li', 'return-1', 'restock', '包装完好')
    expect((await reverse(packOf('metformin-500', 'never'))).body.code).toBe('E_CODE_NOT_USED')
    expect((await reverse(packOf('metformin-500', 'P1'))).body).toMatchObject({ kind: 'pack', used: false })
    expect((await reverse(traceOf('metformin-500', 1))).body.code).toBe('E_RETURN_DONE')
    expect((await act(w, 'scan', { text: packOf('metformin-500', 'P1') })).status).toBe(200)
    close('D01', 1)
    expect(await untilStep(ask, 'finished')).toMatchObject({ outcome: 'matched' })
    expect(journaled(edge, 'trace.reversed').at(-1)).toMatchObject({ return: 'return-1', actor: 'wang' })
  })

  it('that differ from the scale are told, and taken back or scanned they settle it', async () => {
    const w = await begin('metformin-500', 1)
    await act(w, 'scan', { text: packOf('metformin-500', 'Q1') })
    await act(w, 'scan', { text: packOf('metformin-500', 'Q2') })
    close('D01', 1)
    const judged = await untilStep(ask, 'scan-count')
    expect(judged).toMatchObject({ message: { code: 'scan-count' }, steps: [{ taken: 1, scanned: 2 }] })
    expect((await act(w, 'unscan', { text: packOf('metformin-500', 'Q9') })).body.code).toBe(
      'E_CODE_NOT_USED',
    )
    expect((await act(w, 'unscan', { text: packOf('metformin-500', 'Q2') })).body).toMatchObject({
      outcome: 'matched',
    })
    expect(await scan(packOf('metformin-500', 'Q2'))).toMatchObject({ used: false })
  })

  it('R13: that cannot be read are passed with a reason and, if there is one, a witness; counted per person', async () => {
    const w = await begin('amlodipine-5', 1)
    expect(w.steps[0]).toMatchObject({ scanRequired: true })
    close('D02', 1)
    expect(await untilStep(ask, 'scan-count')).toMatchObject({ status: 'running' })
    expect((await act(w, 'scan/bypass', { reason: ' ' })).body.code).toBe('E_REASON')
    await logIn(edge, 'li')
    const signed = await ask('/api/second', { person: 'li', pin: '739154', act: 'withdraw' })
    const second = signed.body.ticket
    expect((await act(w, 'scan/bypass', { reason: '条码破损', second: 'forged' })).body.code).toBe('E_SECOND')
    expect((await act(w, 'scan/bypass', { reason: '条码破损', second })).body).toMatchObject({
      outcome: 'matched',
    })
    const next = await begin('amlodipine-5', 1)
    await act(next, 'scan/bypass', { reason: '条码破损' })
    close('D02', 1)
    await untilStep(ask, 'finished')
    expect(journaled(edge, 'scan.bypassed')).toMatchObject([
      { actor: 'wang', session: w.session, reason: '条码破损', witness: 'li' },
      { actor: 'wang', session: next.session, witness: null },
    ])
    expect((await ask('/api/scan/bypasses')).body).toEqual([
      { person: 'wang', count: 2, witnessed: 1, last: expect.any(String) },
    ])
  })

  it('are not asked for while no step waits', async () => {
    const w = await currentOf(ask)
    expect((await act(w, 'scan', { text: packOf('metformin-500', 'Z1') })).body.code).toBe(
      'E_WITHDRAWAL_NONE',
    )
  })

  it('are free again when the withdrawal is cancelled with nothing taken', async () => {
    const w = await begin('metformin-500', 1)
    await act(w, 'scan', { text: packOf('metformin-500', 'F1') })
    close('D01', 0)
    await untilStep(ask, 'under')
    await act(w, 'cancel', { reason: '病人改期' })
    expect(await currentOf(ask)).toMatchObject({ outcome: 'abandoned' })
    expect(await scan(packOf('metformin-500', 'F1'))).toMatchObject({ used: false })
  })
})

describe('after a power cut in the middle of scanning', () => {
  it('no scanned code is lost, and none is used twice', async () => {
    const w = await begin('metformin-500', 1)
    await act(w, 'scan', { text: packOf('metformin-500', 'K1') })
    await town.stop(edge)
    close('D01', 1)
    edge = await town.start()
    ask = await logIn(edge)
    await until('the drawers are shut', () => town.cabinet.latched())
    expect(await currentOf(ask)).toMatchObject({ status: 'review', steps: [{ scanned: 1 }] })
    expect(await scan(packOf('metformin-500', 'K1'))).toMatchObject({ used: true })
    const reviewed = await act(w, 'review', { note: '断电后清点', taken: { 0: 1 } })
    expect(reviewed.body).toMatchObject({ status: 'finished' })
    expect(await scan(packOf('metformin-500', 'K1'))).toMatchObject({ used: true })
  })
})
