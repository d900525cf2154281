import type { PrescriptionView, WithdrawalView } from '#cloud-sync/contract/edge-withdrawals.ts'
import { YaoguiError } from '#domain/error.ts'
import type { Township } from '../county/county.ts'
import { PHARMACIST } from '../county/setup.ts'
import { type Client, createClient, logIn, until } from './client.ts'

type Say = (line: string) => void

export type Counter = {
  readonly township: Township
  readonly say: Say
  /** Packs to take of a drug instead of what is prescribed. */
  readonly take: ReadonlyMap<string, number>
  client: Client
  pin: string
}

export const openCounter = async (
  township: Township,
  firstPin: string,
  { take, say }: Pick<Counter, 'take' | 'say'>,
): Promise<Counter> => {
  const { client, pin } = await logIn(township.kioskUrl, { person: PHARMACIST }, firstPin)
  return { township, say, take, client, pin }
}

const current = (counter: Counter): Promise<WithdrawalView | null> =>
  counter.client.get<WithdrawalView | null>('/api/withdrawals/current')

const stepOf = (view: WithdrawalView) => {
  const step = view.steps[view.current]
  if (!step) throw new Error('a withdrawal has a current step')
  return step
}

/** Waits until the current step is in one of these states, or the withdrawal is over. */
const untilStep = (counter: Counter, index: number, ...states: readonly string[]): Promise<WithdrawalView> =>
  until(`抽屉 ${states.join('/')}`, async () => {
    const view = await current(counter)
    if (!view) return undefined
    const moved = view.status !== 'running' || view.current !== index
    return moved || states.includes(stepOf(view).status) ? view : undefined
  })

const opened = async (counter: Counter, index: number): Promise<WithdrawalView> => {
  const view = await untilStep(counter, index, 'open', 'failed')
  if (stepOf(view).status === 'failed')
    throw new YaoguiError('E_STORY_UNLOCK', { zh: `抽屉没有打开：${view.message.zh}`, en: view.message.en })
  return view
}

const takeGoods = async (counter: Counter, view: WithdrawalView): Promise<void> => {
  const { drug, drawer, expected, unit, name } = stepOf(view)
  const hand = createClient(counter.township.handUrl)
  const packs = counter.take.get(drug) ?? expected
  counter.say(`抽屉 ${drawer} 已开，取${name} ${packs} ${unit}（应取 ${expected}）`)
  if (packs > 0) await hand.post(`/hand/drawers/${drawer}/take`, { units: packs })
}

const closeDrawer = (counter: Counter, drawer: string): Promise<unknown> =>
  createClient(counter.township.handUrl).post(`/hand/drawers/${drawer}/close`)

/** One drawer: taken from, closed, counted; a difference is kept as it is, with a reason. */
const doStep = async (counter: Counter, view: WithdrawalView): Promise<WithdrawalView> => {
  const index = view.current
  await takeGoods(counter, view)
  await closeDrawer(counter, stepOf(view).drawer)
  const judged = await untilStep(counter, index, 'over', 'under', 'unknown-object', 'count')
  if (judged.status !== 'running' || judged.current !== index) return judged
  counter.say(`${judged.message.zh} → 药师确认保留差异`)
  const path = `/api/withdrawals/${view.session}/accept`
  return counter.client.post<WithdrawalView>(path, { reason: '演示：按实际取出数量确认' })
}

/** Dispenses one prescription at the kiosk, drawer by drawer, and says how it ended. */
export const dispense = async (counter: Counter, jti: string): Promise<WithdrawalView> => {
  let view = await counter.client.post<WithdrawalView>('/api/withdrawals', { jti })
  counter.say(`开始取药 ${view.rx}（${view.patient}），${view.steps.length} 个抽屉`)
  while (view.status === 'running') {
    if (stepOf(view).status === 'waiting')
      await counter.client.post(`/api/withdrawals/${view.session}/unlock`)
    view = await doStep(counter, await opened(counter, view.current))
  }
  counter.say(`${view.rx}：${view.message.zh}`)
  return view
}

/** The same, but the agent is killed in the last drawer between unlock and close; a person closes the review. */
export const dispenseKilled = async (counter: Counter, jti: string): Promise<WithdrawalView> => {
  let view = await counter.client.post<WithdrawalView>('/api/withdrawals', { jti })
  while (view.current < view.steps.length - 1) {
    if (stepOf(view).status === 'waiting')
      await counter.client.post(`/api/withdrawals/${view.session}/unlock`)
    view = await doStep(counter, await opened(counter, view.current))
  }
  if (stepOf(view).status === 'waiting') await counter.client.post(`/api/withdrawals/${view.session}/unlock`)
  view = await opened(counter, view.current)
  await takeGoods(counter, view)
  const { township, say } = counter
  say(`此刻杀死边缘终端（SIGKILL，进程 ${township.edge.pid}），抽屉还开着`)
  await township.edge.kill()
  await closeDrawer(counter, stepOf(view).drawer)
  await township.restart()
  say('边缘终端已重新启动')
  counter.client = (await logIn(township.kioskUrl, { person: PHARMACIST }, counter.pin)).client
  return review(counter)
}

const review = async (counter: Counter): Promise<WithdrawalView> => {
  const found = await until('被中断的取药等待处理', async () => {
    const view = await current(counter)
    return view?.status === 'review' ? view : undefined
  })
  const taken = Object.fromEntries(found.steps.map(({ step, taken: packs }) => [String(step), packs ?? 0]))
  counter.say(`屏幕提示：${found.message.zh}；秤显示取出 ${JSON.stringify(taken)}，药师清点后确认`)
  const path = `/api/withdrawals/${found.session}/review`
  return counter.client.post<WithdrawalView>(path, { note: '断电恢复后清点，与秤一致', taken })
}

/** The order of this prescription as the kiosk lists it. */
export const untilListed = (counter: Counter, rx: string): Promise<PrescriptionView> =>
  until(`处方 ${rx} 到达 ${counter.township.site.name}`, async () => {
    const list = await counter.client.get<PrescriptionView[]>('/api/prescriptions')
    return list.find(one => one.rx === rx)
  })
