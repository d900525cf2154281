import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type County, startCounty } from '#cli/county/county.ts'
import { axe, openBrowser, openPage, shot, smallTargets } from '../lib/e2e-browser.ts'
import { judgeKiosk } from '../lib/e2e-kiosk.ts'
import { closeDrawer, consoleLogin, consoleLogout, hand, kioskLogin, SECOND_PIN } from '../lib/e2e-people.ts'

const TOUCH_PX = 56
const dataDir = mkdtempSync(join(tmpdir(), 'yaogui-e2e-'))
let county: County
let browser: Browser
let desk: Page
let kiosk: Page
const errors: (readonly string[])[] = []
const foreign: (readonly string[])[] = []

const pin = (who: string): string => county.secrets.pins[who] ?? ''

const open = async (url: string, width: number, height: number): Promise<Page> => {
  const context = await browser.newContext({ viewport: { width, height }, locale: 'zh-CN' })
  const opened = await openPage(context)
  errors.push(opened.errors)
  foreign.push(opened.foreign)
  await opened.page.goto(url)
  return opened.page
}

/** Accessible, big enough to touch, and kept as a picture. */
const judge = async (page: Page, name: string, { touch }: { touch: boolean }): Promise<void> => {
  await page.locator('.el-skeleton').first().waitFor({ state: 'hidden' })
  await shot(page, name)
  expect(await axe(page), name).toEqual([])
  if (touch) expect(await smallTargets(page, TOUCH_PX), name).toEqual([])
}

beforeAll(async () => {
  county = await startCounty({
    dataDir,
    basePort: 28_700,
    flows: true,
    sampleSeconds: 1,
    onProgress: () => {},
  })
  browser = await openBrowser()
  desk = await open(`${county.centralUrl}/`, 1440, 900)
  kiosk = await open(`${county.townships[0]?.kioskUrl}/`, 1280, 800)
})

afterAll(async () => {
  await browser?.close()
  await county?.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

/** Types the console's own example in and approves it as another person; returns the prescription number. */
const prescribe = async (first: boolean): Promise<string> => {
  await consoleLogin(desk, '周敏', first ? pin('zhou') : SECOND_PIN, first)
  await desk.getByRole('link', { name: '录入处方' }).click()
  await desk.getByRole('button', { name: '填入示例' }).click()
  if (first) await judge(desk, 'console-entry', { touch: false })
  const number = await desk.getByLabel('处方号').inputValue()
  await desk.getByRole('button', { name: '提交审方' }).click()
  await desk.getByText(number).first().waitFor()
  await consoleLogout(desk)
  await consoleLogin(desk, '陈静', first ? pin('chen') : SECOND_PIN, first)
  if (first) await judge(desk, 'console-review', { touch: false })
  await desk.getByText(number).first().click()
  if (first) await judge(desk, 'console-prescription', { touch: false })
  await desk.locator('#decision-reason').fill('已与医师核对')
  await desk.getByRole('button', { name: '通过并签发' }).click()
  await desk.getByText('终端已收到并保存').first().waitFor()
  if (first) await shot(desk, 'console-released')
  await closeDrawer(desk)
  return number
}

const drawerOf = async (): Promise<string> => {
  const text = await kiosk
    .getByText(/请从抽屉 D\d\d 取出/)
    .first()
    .textContent()
  return /D\d\d/.exec(text ?? '')?.[0] ?? ''
}

const packsOf = async (): Promise<number> => {
  const text = await kiosk
    .getByText(/请从抽屉 D\d\d 取出/)
    .first()
    .textContent()
  return Number(/取出 (\d+)/.exec(text ?? '')?.[1])
}

const begin = async (number: string): Promise<void> => {
  await kiosk.getByRole('button').filter({ hasText: number }).click()
  await judge(kiosk, 'kiosk-prescription', { touch: true })
  await kiosk.getByRole('button', { name: '开始取药' }).click()
}

/** Serves every drawer; `extra` packs too many in the first one. */
const takeAll = async (extra: number): Promise<void> => {
  for (let more = extra; ; more = 0) {
    await kiosk
      .getByText(/请从抽屉 D\d\d 取出/)
      .first()
      .waitFor()
    const drawer = await drawerOf()
    const packs = (await packsOf()) + more
    for (let taken = 0; taken < packs; taken += 1) await hand(kiosk, drawer, '取1')
    await shot(kiosk, 'kiosk-open')
    await hand(kiosk, drawer, '关上')
    if (more > 0) return
    const next = kiosk.getByRole('button', { name: /^打开抽屉 D/ })
    const done = kiosk.getByRole('heading', { name: '相符' })
    await next.or(done).first().waitFor()
    if (await done.isVisible()) return
    await next.click()
  }
}

describe('the main job, by hand in a browser', () => {
  it('leads from a prescription typed in at the console to a matched withdrawal', async () => {
    await judge(desk, 'console-login', { touch: false })
    await judge(kiosk, 'kiosk-login', { touch: true })
    const number = await prescribe(true)
    await kioskLogin(kiosk, {
      name: '王秀兰',
      pin: pin('heping/pharmacist'),
      onFirst: () => judgeKiosk(kiosk, 'pin-change'),
    })
    await kiosk.getByText(number).first().waitFor()
    await judge(kiosk, 'kiosk-home', { touch: true })
    await kiosk.getByRole('button', { name: '演示' }).click()
    await begin(number)
    await takeAll(0)
    await judge(kiosk, 'kiosk-matched', { touch: true })
    await desk.getByRole('link', { name: '对账' }).click()
    const row = desk.getByRole('row').filter({ hasText: number })
    await row.getByText('相符').waitFor()
    await judge(desk, 'console-reconciliation', { touch: false })
    await kiosk.getByRole('button', { name: /返回处方列表/ }).click()
    await consoleLogout(desk)
  })

  it('asks to put one too many back, and makes it a discrepancy on both sides if it is kept', async () => {
    const number = await prescribe(false)
    await begin(number)
    await takeAll(1)
    await kiosk.getByRole('button', { name: '打开，放回多取的' }).waitFor()
    await judge(kiosk, 'kiosk-over', { touch: true })
    await kiosk.getByRole('button', { name: '打开，放回多取的' }).click()
    await kiosk.getByRole('dialog').getByRole('button', { name: '打开', exact: true }).click()
    await kiosk
      .getByText(/请从抽屉 D\d\d 取出/)
      .first()
      .waitFor()
    await hand(kiosk, await drawerOf(), '关上')
    await kiosk.getByRole('button', { name: '保留，记为差异' }).click()
    await kiosk.getByRole('dialog').getByRole('listitem').first().getByRole('button').click()
    await kiosk
      .getByRole('button', { name: /^打开抽屉 D/ })
      .or(kiosk.getByRole('heading', { name: '差异' }))
      .first()
      .waitFor()
    if (await kiosk.getByRole('button', { name: /^打开抽屉 D/ }).isVisible()) {
      await kiosk.getByRole('button', { name: /^打开抽屉 D/ }).click()
      await kiosk
        .getByText(/请从抽屉 D\d\d 取出/)
        .first()
        .waitFor()
      const [drawer, packs] = [await drawerOf(), await packsOf()]
      for (let taken = 0; taken < packs; taken += 1) await hand(kiosk, drawer, '取1')
      await hand(kiosk, drawer, '关上')
    }
    await kiosk.getByRole('heading', { name: '差异' }).waitFor()
    await judge(kiosk, 'kiosk-discrepancy', { touch: true })
    await kiosk.getByRole('button', { name: /返回处方列表/ }).click()
    await kiosk.getByRole('navigation').getByRole('button', { name: /差异/ }).click()
    await kiosk.getByText(number).first().waitFor()
    await judge(kiosk, 'kiosk-cases', { touch: true })
    await desk.getByRole('link', { name: '对账' }).click()
    await desk.getByText(number).first().waitFor()
    await desk.getByRole('link', { name: /差异/ }).click()
    await desk.getByText(number).first().waitFor()
    await judge(desk, 'console-cases', { touch: false })
  })

  it('lets the example flow ask the pharmacist when the refrigerator warms', async () => {
    const { handUrl } = county.townships[0] ?? { handUrl: '' }
    await kiosk.getByRole('navigation').getByRole('button', { name: /处方/ }).click()
    const warm = (celsius: number) =>
      fetch(`${handUrl}/hand/fridge`, { method: 'POST', body: JSON.stringify({ celsius, doorOpen: true }) })
    await warm(7)
    await expect
      .poll(
        async () => {
          await warm(9)
          return kiosk.getByText('请检查冰箱门').first().isVisible()
        },
        { timeout: 60_000, interval: 2_000 },
      )
      .toBe(true)
    await judge(kiosk, 'kiosk-ask', { touch: true })
  })

  it('shows every other page without a fault, needing nothing from outside this machine', async () => {
    for (const [label, name] of [
      ['库存', 'kiosk-stock'],
      ['告警', 'kiosk-alarms'],
    ] as const) {
      await kiosk
        .getByRole('navigation')
        .getByRole('button', { name: new RegExp(label) })
        .click()
      await kiosk.getByRole('heading', { name: label }).first().waitFor()
      await judge(kiosk, name, { touch: true })
    }
    for (const [label, name] of [
      ['站点', 'console-sites'],
      ['冷链', 'console-cold'],
      ['用药目录', 'console-formulary'],
      ['告警', 'console-alarms'],
    ] as const) {
      await desk.getByRole('link', { name: label }).click()
      await desk.getByRole('heading', { name: label, exact: true }).first().waitFor()
      if (name === 'console-cold') await desk.locator('canvas').first().waitFor()
      await judge(desk, name, { touch: false })
    }
    expect(errors.flat()).toEqual([])
    expect(foreign.flat()).toEqual([])
  })
})
