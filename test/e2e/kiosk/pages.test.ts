import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { goTo, goToWork, judgeKiosk, type KioskHouse, openHouse, scan } from '../../lib/e2e-kiosk.ts'

let house: KioskHouse

beforeAll(async () => {
  house = await openHouse(29_000)
  await house.prescribe(0)
  await house.login('pharmacist')
})
afterAll(() => house?.stop())

const heading = (name: string) => house.kiosk.getByRole('heading', { name }).first().waitFor()

describe('every page, on both screens, in Chinese and in English', () => {
  it('opens from the rail', async () => {
    const { kiosk } = house
    await kiosk.getByText('还剩').or(kiosk.getByText('有效至')).first().waitFor()
    await judgeKiosk(kiosk, 'home')
    for (const [label, name] of [
      ['工作', 'work'],
      ['库存', 'stock'],
      ['差异', 'cases-empty'],
      ['告警', 'alarms'],
    ] as const) {
      await goTo(kiosk, label)
      await heading(label)
      await judgeKiosk(kiosk, name)
    }
    await goTo(kiosk, '库存')
    await kiosk.getByRole('button', { name: /氨氯地平/ }).click()
    await heading('氨氯地平')
    await judgeKiosk(kiosk, 'lots')
  })

  it('opens from the work page', async () => {
    const { kiosk } = house
    for (const [tile, name] of [
      ['补药', 'restock'],
      ['盘点', 'count-list'],
      ['退药', 'returns-empty'],
      ['销毁', 'waste-empty'],
      ['越权取药', 'overrides-empty'],
      ['应急开柜', 'glass'],
      ['停机登记', 'downtime'],
      ['抽屉', 'drawers'],
      ['人员', 'people'],
    ] as const) {
      await goToWork(kiosk, tile)
      await judgeKiosk(kiosk, name)
    }
    await goToWork(kiosk, '补药')
    await kiosk.getByRole('button', { name: '照纸单录入' }).click()
    await judgeKiosk(kiosk, 'paper')
  })

  it('says why, where somebody may not', async () => {
    const { kiosk } = house
    await house.logout()
    await house.login('technician')
    await goTo(kiosk, '工作')
    expect(await kiosk.locator('.tile:disabled').count()).toBeGreaterThan(0)
    await kiosk.getByText('须由药师、药房负责人操作').first().waitFor()
    await judgeKiosk(kiosk, 'work-technician')
    await house.logout()
    await house.login('pharmacist')
  })

  it('shows whose session is open to whoever comes next, who takes it over with a reason', async () => {
    const { kiosk } = house
    await goToWork(kiosk, '盘点')
    await kiosk.getByRole('button', { name: '开始盘点 D05' }).click()
    await kiosk.getByText(/请清点抽屉 D05/).waitFor()
    await house.logout()
    await house.login('lead', '盘点 D05')
    await kiosk.getByText('由 王秀兰 开始').waitFor()
    await judgeKiosk(kiosk, 'session-of-another')
    await kiosk.getByRole('button', { name: '接班' }).click()
    await kiosk.getByRole('dialog').getByRole('button', { name: '交接班' }).click()
    await kiosk.getByText('由 王秀兰 开始').waitFor({ state: 'hidden' })
    await house.hand('D05', 'close')
    await kiosk.getByText('抽屉里有几盒？').waitFor()
    for (const digit of '20')
      await kiosk.locator('.pad').getByRole('button', { name: digit, exact: true }).click()
    await kiosk.getByRole('button', { name: '提交数量' }).click()
    await kiosk.getByRole('heading', { name: '完成', exact: true }).waitFor()
    await house.logout()
    await house.login('pharmacist')
  })

  it('takes the keys out with two people, and unlocks nothing until they are back', async () => {
    const { kiosk } = house
    await goToWork(kiosk, '停机登记')
    await kiosk.getByRole('button', { name: '取走钥匙' }).click()
    await kiosk.getByRole('dialog').getByRole('button', { name: '停电' }).click()
    await house.sign('assistant')
    await kiosk.getByText('归还前不能开锁').waitFor()
    await judgeKiosk(kiosk, 'downtime-out')
    await kiosk.getByRole('button', { name: '补记发药' }).click()
    await judgeKiosk(kiosk, 'downtime-entry')
    await goToWork(kiosk, '停机登记')
    await kiosk.getByRole('button', { name: '归还钥匙' }).click()
    await house.sign('assistant')
    await kiosk.getByText('钥匙在柜').waitFor()
    await goToWork(kiosk, '盘点')
    await kiosk.getByText('停机之后').first().waitFor()
    await judgeKiosk(kiosk, 'count-needed')
  })

  it('gives a badge by scanning it, which then asks for the PIN alone', async () => {
    const { kiosk } = house
    await house.logout()
    await house.login('lead')
    await goToWork(kiosk, '人员')
    await kiosk.getByRole('button', { name: '登记工牌 王秀兰' }).click()
    await scan(kiosk, 'YGB:HP-000417')
    await kiosk.getByText('工牌已登记').waitFor()
    await judgeKiosk(kiosk, 'badge')
    await kiosk.getByRole('button', { name: '知道了' }).click()
    await house.logout()
    await scan(kiosk, 'YGB:HP-000417')
    await kiosk.getByRole('heading', { name: '工牌已读' }).waitFor()
    await judgeKiosk(kiosk, 'login-badge')
    await house.pressPin('pharmacist')
    await kiosk.getByRole('heading', { name: '待取处方' }).waitFor()
  })

  it('says what was scanned where nothing waits for it, and opens nothing by it', async () => {
    const { kiosk } = house
    await house.heard()
    await scan(kiosk, 'nobody-knows-this')
    await kiosk.getByText('E_SCAN_UNKNOWN').waitFor()
    expect(await house.heard()).toEqual([330, 262, 330])
    await judgeKiosk(kiosk, 'scan-refused')
    await kiosk.getByRole('button', { name: '知道了' }).click()
  })

  it('speaks English on request', async () => {
    const { kiosk } = house
    await goTo(kiosk, 'English')
    await goTo(kiosk, 'Work')
    await heading('Work')
    await judgeKiosk(kiosk, 'work-en')
    await goTo(kiosk, 'Orders')
    await heading('Waiting orders')
    await judgeKiosk(kiosk, 'home-en')
    await goTo(kiosk, '中文')
    expect(house.errors).toEqual([])
  })
})
