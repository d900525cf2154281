import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, createClient, logIn, until } from '#cli/story/client.ts'
import type { WithdrawalView } from '#cloud-sync/contract/edge-withdrawals.ts'
import { type ConsoleHouse, judgeConsole, openConsole } from '../../lib/e2e-console.ts'
import { consoleLogin, SECOND_PIN } from '../../lib/e2e-people.ts'

const SALBUTAMOL = 'salbutamol-inhaler'
let house: ConsoleHouse
let pharmacist: Client

const button = (name: string | RegExp) => house.desk.getByRole('button', { name })
const link = (name: RegExp) => house.desk.getByRole('link', { name })
const says = (text: string | RegExp) => house.desk.getByText(text).first().waitFor()
const field = (label: string) => house.desk.getByLabel(label, { exact: true })
const box = (name: string) => house.desk.getByRole('combobox', { name })
const dialog = () => house.desk.getByRole('dialog').last()
/** The list opens by its frame, which lies over the field. */
const choose = async (list: ReturnType<typeof box>, option: string | RegExp): Promise<void> => {
  await list.click({ force: true })
  await house.desk.getByRole('option', { name: option }).first().click()
}
const known = new Set<string>()
/** Whoever sat at the desk before is gone. */
const enter = async (name: string, id: string, page: RegExp): Promise<void> => {
  const { desk, county } = house
  await desk.evaluate('sessionStorage.clear()')
  await desk.goto(`${county.centralUrl}/?${id}${known.size}`)
  await consoleLogin(desk, name, known.has(id) ? SECOND_PIN : (county.secrets.pins[id] ?? ''), !known.has(id))
  known.add(id)
  await link(page).click()
}
/** In a list of the formulary, by its initials. */
const pickDrug = async (box: ReturnType<typeof field>, initials: string, name: RegExp): Promise<void> => {
  await box.fill(initials)
  await house.desk.getByRole('option', { name }).first().click()
}

/** What a pharmacist does in an emergency: one pack, before anybody has reviewed it. */
const takeByOverride = async (rx: string): Promise<void> => {
  const [township] = house.county.townships
  const hand = createClient(township?.handUrl ?? '')
  const current = () => pharmacist.get<WithdrawalView | null>('/api/withdrawals/current')
  const ask = { patient: '赵国强', prescriber: '李医师', reason: 'emergency' }
  await pharmacist.post('/api/overrides', { rx, ...ask, items: [{ drug: SALBUTAMOL, quantity: 1 }] })
  const drawer = await until('the drawer opens', async () => {
    const view = await current()
    const step = view?.steps[view.current]
    return step?.status === 'open' ? step.drawer : undefined
  })
  await hand.post(`/hand/drawers/${drawer}/take`, { units: 1 })
  await hand.post(`/hand/drawers/${drawer}/close`)
  await until('the withdrawal ends', async () => {
    const view = await current()
    return view === null || view.status !== 'running' ? true : undefined
  })
}

beforeAll(async () => {
  house = await openConsole(29_300)
  const { county } = house
  const [township] = county.townships
  pharmacist = (
    await logIn(
      township?.kioskUrl ?? '',
      { person: 'pharmacist' },
      county.secrets.pins['heping/pharmacist'] ?? '',
    )
  ).client
})
afterAll(() => house?.stop())

describe('an override at the console', () => {
  it('R3: stands with who, what and why until a reviewer has looked at it, and the site is told', async () => {
    const { desk } = house
    await enter('陈静', 'chen', /越权取药/)
    await says('没有待核对的越权取药')
    await judgeConsole(desk, 'overrides-empty')
    await takeByOverride('RX-E2E-1')
    await says('和平镇卫生院药房 · RX-E2E-1')
    await says('急救用药，不能等待审方')
    await desk.getByRole('row', { name: /硫酸沙丁胺醇吸入气雾剂.* 1 盒 1/ }).waitFor()
    await link(/越权取药 ?1/).waitFor()
    await judgeConsole(desk, 'overrides')
    await desk.getByLabel(/核对结论/).fill('没有收到处方，急救指征不明')
    await button('不予认可').click()
    await says(/记为不予认可/)
    await judgeConsole(desk, 'override-refused')
    await button('确认并告知站点').click()
    await says('没有待核对的越权取药')
    await desk.getByText(/^已核对\s1$/).click()
    await desk.getByText('（已下达，等待站点确认）').waitFor({ state: 'hidden', timeout: 60_000 })
    await desk.locator('.look').filter({ hasText: '不予认可' }).waitFor()
    await says(/陈静/)
    await judgeConsole(desk, 'overrides-done')
  })
})

describe('a delivery', () => {
  it('is written with what the site asks for, checked once more, sent, and followed to its end', async () => {
    const { desk } = house
    await enter('孙丽', 'sun', /配送/)
    await says(/^送货单 /)
    await judgeConsole(desk, 'shipments')
    await button('新建送货单').click()
    await button('核对并下达').click()
    await says(/还有 \d+ 处要填/)
    await judgeConsole(desk, 'shipment-missing')
    await choose(box('站点'), '清水乡卫生院药房')
    await button(/^加入 阿司匹林肠溶片/).click()
    await field('批号').fill('E2E01')
    await field('有效期至').fill('20290228')
    await button('＋ 添加药品').click()
    const second = desk.locator('.drug-line').nth(1)
    await pickDrug(second.getByRole('combobox'), 'ATFTT', /阿托伐他汀/)
    await second.getByLabel('批号', { exact: true }).fill('E2E02')
    const soon = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10)
    await second.getByLabel('有效期至', { exact: true }).fill(soon)
    await second.getByLabel('数量 (盒)', { exact: true }).fill('6')
    await second.getByLabel('单重 g（可不填）', { exact: true }).click()
    await says('效期不足 90 天')
    await judgeConsole(desk, 'shipment-form')
    await button('核对并下达').click()
    await dialog().getByText('2029-02-28').waitFor()
    await judgeConsole(desk, 'shipment-confirm')
    await button('确认下达').click()
    await desk.locator('.el-drawer').getByText('待入柜').waitFor({ timeout: 60_000 })
    await judgeConsole(desk, 'shipment-open')
    await button('关闭此对话框').click()
  })

  it('shows what the site missed when it closed the note', async () => {
    const { desk } = house
    await enter('孙丽', 'sun', /配送/)
    const [note] = await pharmacist.get<{ id: string }[]>('/api/shipments')
    await pharmacist.post(`/api/shipments/${note?.id}/close`, { reason: '来货少于送货单' })
    await desk.getByText(/^有差异\s1$/).click()
    await desk.getByRole('row', { name: /已结单，有差异/ }).click()
    await says('来货少于送货单')
    await judgeConsole(desk, 'shipment-differs')
    await button('关闭此对话框').click()
  })
})

describe('a recall', () => {
  it('R14: shows before it goes out what lies where, then each site’s answer, and is lifted with a reason', async () => {
    const { desk } = house
    await enter('刘志远', 'liu', /召回/)
    await says('没有有效的召回')
    await judgeConsole(desk, 'recalls-empty')
    await button('发起召回').click()
    await pickDrug(desk.locator('.drug-select').getByRole('combobox'), 'LSSD', /沙丁胺醇/)
    await choose(box('批号（可直接输入）'), /^\d+$/)
    await desk.getByLabel(/^原因/).fill('省药监局召回通知 2026-118：阀门密封不良')
    await says(/各站点现有 39 件/)
    await judgeConsole(desk, 'recall-form')
    await button('核对并下达').click()
    await says('现有 39 件将立即停用，不能再取。')
    await judgeConsole(desk, 'recall-confirm')
    await button('确认召回').click()
    const drawer = desk.locator('.el-drawer')
    await expect.poll(() => drawer.getByText(/停用$/).count(), { timeout: 60_000 }).toBeGreaterThan(1)
    await button('查询取过这些药的处方').click()
    await says('1 次取药，共 1 件；请按处方通知患者。')
    await judgeConsole(desk, 'recall-open')
    await desk.getByLabel(/^解除召回的依据/).fill('省药监局撤回通知')
    await button('解除召回').click()
    await judgeConsole(desk, 'recall-lift')
    await button('确认解除').click()
    await drawer.locator('.drawer-head').getByText('已解除', { exact: true }).waitFor({ timeout: 60_000 })
    await button('关闭此对话框').click()
    await desk.getByText(/^已解除\s1$/).click()
    await judgeConsole(desk, 'recalls-lifted')
  })
})

describe('the lists of the sites', () => {
  it('stand with what each site holds; a new version is compared with the one before and sent', async () => {
    const { desk } = house
    await enter('刘志远', 'liu', /清单/)
    await says('越权取药目录')
    await judgeConsole(desk, 'lists')
    const row = desk
      .locator('section')
      .filter({ hasText: '越权取药目录' })
      .getByRole('row', { name: /和平镇/ })
    await row.getByRole('button', { name: /查看/ }).click()
    await says('下达过的版本')
    await judgeConsole(desk, 'list-override')
    await button('修改并下达新版本').click()
    await button('＋ 添加药品').click()
    await pickDrug(box('第 4 行药品'), 'KTPL', /卡托普利/)
    await field('第 4 行须第二人签字').check()
    await button(/^移除 阿司匹林肠溶片/).click()
    await button('全部站点').click()
    await judgeConsole(desk, 'list-edit')
    await button('核对并下达').click()
    await says('卡托普利片：每次最多 1，须第二人签字')
    await judgeConsole(desk, 'list-confirm')
    await button('确认下达').click()
    await says('易混淆药品')
    const list = () => pharmacist.get<{ version: string; entries: { drug: string }[] }>('/api/override-list')
    await expect
      .poll(async () => (await list()).entries.map(({ drug }) => drug), { timeout: 60_000 })
      .toContain('captopril-25')
  })

  it('of the other two kinds are read and changed the same way', async () => {
    const { desk } = house
    await enter('刘志远', 'liu', /清单/)
    for (const [name, shot] of [
      ['易混淆药品', 'list-look-alike'],
      ['库存上下限', 'list-par'],
    ] as const) {
      const row = desk
        .locator('section')
        .filter({ hasText: name })
        .getByRole('row', { name: /和平镇/ })
      await row.getByRole('button', { name: /查看/ }).click()
      await says('下达过的版本')
      await judgeConsole(desk, shot)
      await button('修改并下达新版本').click()
      await button('核对并下达').waitFor()
      await judgeConsole(desk, `${shot}-edit`)
      await button('返回').click()
    }
    await enter('陈静', 'chen', /清单/)
    await says('易混淆药品')
    expect(await button(/修改/).count()).toBe(0)
  })
})

describe('the pages in English', () => {
  it('fit their screens as well', async () => {
    const { desk } = house
    await enter('刘志远', 'liu', /越权取药/)
    await button('English').click()
    await desk.getByText(/^Checked\s1$/).click()
    await judgeConsole(desk, 'overrides-en')
    for (const [page, shot, inside] of [
      [/^Deliveries/, 'shipments-en', 'New delivery'],
      [/^Recalls/, 'recalls-en', 'Start a recall'],
      [/^Lists/, 'lists-en', /^Change/],
    ] as const) {
      await link(page).click()
      await judgeConsole(desk, shot)
      await button(inside).first().click()
      await button('Back').waitFor()
      await judgeConsole(desk, `${shot}-write`)
    }
    expect(house.errors).toEqual([])
    expect(house.foreign).toEqual([])
  })
})
