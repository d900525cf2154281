import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient } from '#cli/story/client.ts'
import { MINUTE } from '#domain/time.ts'
import { loadPlan, savePlan } from '#hardware/plan.ts'
import { goTo, goToWork, handsOn, judgeKiosk, type KioskHouse, openHouse } from '../../lib/e2e-kiosk.ts'

const BADGE = 'YGB:HP-000917'
/** More than it takes to be an excursion. */
const HOT_MINUTES = 70
let house: KioskHouse
const { button, says, press, next } = handsOn(() => house.kiosk)
/** The scanner on the cabinet: the far end of its line. */
const wires = new Set<Socket>()
const scanner = createServer(wire => {
  wires.add(wire)
  wire.on('error', () => wires.delete(wire)).on('close', () => wires.delete(wire))
})
const hold = (text: string): void => {
  for (const wire of wires) wire.write(`${text}\r\n`)
}

/** Again and again, as one does until it beeps: within a second it is the same reading. */
const holdUntil = async (text: string, shown: Locator): Promise<void> => {
  for (let times = 0; times < 10 && !(await shown.isVisible()); times += 1) {
    hold(text)
    await shown.waitFor({ timeout: 1_500 }).catch(() => undefined)
  }
  await shown.waitFor()
}

/** A cabinet that has a scanner of its own, and whose refrigerator, too warm now, has been so for more than an hour. */
const prepare = async (): Promise<void> => {
  const { township } = house
  await createClient(township.handUrl).post('/hand/fridge', { mains: false, celsius: 40 })
  await house.kiosk.getByText('超出范围').waitFor({ timeout: 60_000 })
  await township.edge.kill()
  await new Promise<void>(resolve => {
    scanner.listen(0, '127.0.0.1', resolve)
  })
  const address = scanner.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const path = join(township.dir, 'cabinet.json')
  const { plan } = await loadPlan(path)
  await savePlan(path, {
    ...plan,
    lines: [...plan.lines, { id: 'scan', type: 'tcp', host: '127.0.0.1', port }],
    scanners: [{ id: 'S1', line: 'scan' }],
  })
  const now = Date.now()
  const hot = {
    start: now - HOT_MINUTES * MINUTE,
    min: 8.1,
    max: 12.6,
    degreeMs: HOT_MINUTES * MINUTE,
    alarmAt: null,
  }
  const db = new DatabaseSync(join(township.dir, 'journal.db'))
  db.prepare('INSERT OR REPLACE INTO excursion_state (thermometer, state) VALUES (?, ?)').run(
    'F1',
    JSON.stringify({ last: { at: now - MINUTE, celsius: 12.6 }, cold: null, hot }),
  )
  db.close()
  await township.restart()
}

beforeAll(async () => {
  house = await openHouse(28_500)
  await house.login('lead')
  await prepare()
  await house.kiosk.getByRole('heading', { name: '请选择您的姓名' }).waitFor({ timeout: 30_000 })
  await house.login('lead')
})
afterAll(async () => {
  await house?.stop()
  for (const wire of wires) wire.destroy()
  scanner.close()
})

describe('an excursion that goes on', () => {
  it('R20: holds its goods, and is ended by a person where the sensor is gone, with a reason', async () => {
    const { kiosk } = house
    await says(/1号冰箱.*已达 \d+ 分钟/)
    await button('温度曲线与记录').click()
    await says(/1号冰箱 超温，自 .*，8.1 °C 至/)
    await kiosk.locator('.cold-chart canvas').first().waitFor()
    const summary = () => kiosk.locator('.cold-chart .summary').first().textContent()
    await expect.poll(summary).toMatch(/最低 .*最高 .*范围 2–8 °C.*高于上限 \d+ 分钟.*超温事件 1 次/)
    // It goes on by itself: the two are read at different instants.
    const spoken = kiosk.locator('.plot[role=img]')
    await expect.poll(async () => (await spoken.getAttribute('aria-label')) === (await summary())).toBe(true)
    await kiosk.getByText('以表格显示').click()
    await kiosk
      .getByRole('table', { name: /事件，最近的在前/ })
      .getByText('高温超限')
      .first()
      .waitFor()
    await kiosk.getByText('以表格显示').click()
    await button('1 年').click()
    await kiosk.locator('.cold-chart button[aria-pressed=true]', { hasText: '1 年' }).waitFor()
    await expect.poll(summary).toMatch(/超温事件 1 次/)
    await button('1 天').click()
    await judgeKiosk(kiosk, 'cold-excursion')
    await button('人工结束').click()
    await button('已更换传感器').click()
    await button('传感器已更换并核对').click()
    await judgeKiosk(kiosk, 'excursion-close')
    await kiosk.getByRole('dialog').getByRole('button', { name: '人工结束', exact: true }).click()
    await kiosk.getByRole('dialog').waitFor({ state: 'hidden' })
    await kiosk.getByText(/1号冰箱 超温，自/).waitFor({ state: 'hidden' })
    await judgeKiosk(kiosk, 'cold-closed')
  })

  it('R20: gives its goods back by a release whose grounds the figures do not deny', async () => {
    const { kiosk } = house
    await goTo(kiosk, '库存')
    await button(/甘精胰岛素/)
      .first()
      .click()
    await says(/超温 \d+ 分钟，/)
    await judgeKiosk(kiosk, 'lots-held')
    await button(/^放行 /).click()
    await button('超温在厂家稳定性数据允许范围内').click()
    await press('240')
    await next()
    await press('25')
    await next()
    await says(/实际 \d+ 分钟、最高 \d+\.\d °C，超出所填范围/)
    await judgeKiosk(kiosk, 'release-stability')
    await button(/^原因/).click()
    await button('县中心药房书面放行').click()
    await kiosk.getByRole('dialog').getByRole('button', { name: '放行', exact: true }).click()
    await button(/^隔离 /).waitFor()
    await judgeKiosk(kiosk, 'lots-released')
  })
})

describe('the messages of an alarm', () => {
  it('stand with it: to whom, by which way, and whether they arrived', async () => {
    const { kiosk } = house
    await goTo(kiosk, '告警')
    await button('测试告警').click()
    await button('通知了谁').click()
    await kiosk.getByRole('dialog').getByText('已送达').first().waitFor({ timeout: 30_000 })
    await judgeKiosk(kiosk, 'notices')
    await kiosk.getByRole('dialog').getByRole('button', { name: '关闭' }).click()
    await button('知道了').click()
    await button(/^通知 .*1号冰箱/)
      .first()
      .click()
    await kiosk
      .getByRole('dialog')
      .getByText(/短信 · /)
      .first()
      .waitFor()
    await judgeKiosk(kiosk, 'notices-excursion')
    await kiosk.getByRole('dialog').getByRole('button', { name: '关闭' }).click()
  })
})

describe('the scanner on the cabinet', () => {
  it('sets a badge, and begins its owner’s login when nobody is here', async () => {
    const { kiosk } = house
    await goToWork(kiosk, '人员')
    await button('登记工牌 王秀兰').click()
    hold(BADGE)
    await says('工牌已登记')
    await button('知道了').click()
    await house.logout()
    await holdUntil(BADGE, kiosk.getByRole('heading', { name: '工牌已读' }))
    await house.pressPin('pharmacist')
    await kiosk.getByRole('heading', { name: '待取处方' }).waitFor()
    await holdUntil('YGD:D02', kiosk.getByText('抽屉 D02').first())
    await judgeKiosk(kiosk, 'scan-stray')
    expect(house.errors).toEqual([])
    expect(house.foreign).toEqual([])
  })
})
