import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { qrOf } from '../../../web/kiosk/core/qr.ts'
import { goTo, goToWork, handsOn, judgeKiosk, type KioskHouse, openHouse, scan } from '../../lib/e2e-kiosk.ts'

let house: KioskHouse
const { button, choose, ended, says, press, next, drawerIn, ask } = handsOn(() => house.kiosk)
/** Two drugs: metformin from D02, acarbose from D11. */
let rx = ''
let other = ''

beforeAll(async () => {
  house = await openHouse(28_600)
  rx = await house.prescribe(1)
  other = await house.prescribe(0)
  await house.login('pharmacist')
})
afterAll(() => house?.stop())

const open = async (number: string): Promise<void> => {
  await goTo(house.kiosk, '处方')
  await house.kiosk.getByRole('button').filter({ hasText: number }).click()
  await button('开始取药').waitFor()
}
const openLots = async (drug: RegExp): Promise<void> => {
  await goTo(house.kiosk, '库存')
  await button(drug).first().click()
}

describe('the mechanical keys', () => {
  it('R16: while they are out nothing is unlocked; what was handed out is written down later by two people', async () => {
    const { kiosk } = house
    await goToWork(kiosk, '停机登记')
    await button('取走钥匙').click()
    await choose('停电')
    await house.sign('assistant')
    await says('归还前不能开锁')
    await open(other)
    await button('开始取药').click()
    await says('E_DOWNTIME')
    await judgeKiosk(kiosk, 'downtime-refused')
    await button('知道了').click()
    await goToWork(kiosk, '停机登记')
    await button('归还钥匙').click()
    await house.sign('assistant')
    await says('钥匙在柜')
    const [custody] = await ask<{ takenAt: string }[]>('/api/custody')
    const taken = new Date(Date.parse(custody?.takenAt ?? '') + 8 * 3_600_000).toISOString()
    await button('补记发药').click()
    await button(/^日期/).click()
    await button(taken.slice(0, 10)).last().click()
    await press(taken.slice(11, 16).replace(':', ''))
    await next()
    await press('RX-8001')
    await next()
    await press('LXH')
    await next()
    await press('LBGL')
    await button(/氯吡格雷/)
      .last()
      .click()
    await kiosk.locator('.choice').first().click()
    await press('1')
    await next()
    await judgeKiosk(kiosk, 'downtime-entry-filled')
    await button('两人签字，保存').click()
    await house.sign('assistant')
    await says('RX-8001')
    await says(/LXH · .*氯吡格雷.* × 1/)
    await judgeKiosk(kiosk, 'downtime-back')
  })

  it('leave an alarm that says it is over, until somebody has acknowledged it', async () => {
    const { kiosk } = house
    await goTo(kiosk, '处方')
    await says(/机械钥匙在外.*已恢复，待确认/)
    await judgeKiosk(kiosk, 'home-alarm-over')
    await goTo(kiosk, '告警')
    const alarm = kiosk.locator('.card').filter({ hasText: '机械钥匙在外' })
    await alarm.getByText('已恢复').waitFor()
    expect(await alarm.getByText('进行中').count()).toBe(0)
    await alarm.getByRole('button', { name: '确认', exact: true }).click()
    await choose('已处理好')
    await alarm.getByText(/王秀兰 于 .* 确认/).waitFor()
    await goTo(kiosk, '处方')
    await kiosk.getByText(/机械钥匙在外/).waitFor({ state: 'hidden' })
  })

  it('R16: every drawer is counted before it is used again', async () => {
    const drawers = await ask<{ service: string }[]>('/api/drawers')
    expect(drawers.every(({ service }) => service === 'needs-count')).toBe(true)
    for (const drawer of ['D01', 'D02', 'D03', 'D11']) {
      await goToWork(house.kiosk, '盘点')
      await button(`开始盘点 ${drawer}`).click()
      await says(new RegExp(`请清点抽屉 ${drawer}`))
      await house.hand(drawer, 'close')
      await says('抽屉里有几盒？')
      await press('20')
      await button('提交数量').click()
      await ended('完成')
      await button(/^返回（/).click()
    }
  })
})

describe('goods that are held', () => {
  it('R14: are not taken; the rest may be, with a reason, and the slip leads back to the order', async () => {
    const { kiosk } = house
    await openLots(/阿卡波糖/)
    await button(/^隔离 /).click()
    await choose('外观异常')
    await button(/^放行 /).waitFor()
    await open(rx)
    await button('开始取药').click()
    await kiosk.getByRole('dialog').getByText('只取现有的').waitFor()
    await judgeKiosk(kiosk, 'partial-why')
    await choose('其余由县中心补发')
    const drawer = await drawerIn(/请从抽屉 D\d\d 取出/)
    expect(drawer).toBe('D02')
    await house.hand(drawer, 'take', 1)
    await house.hand(drawer, 'close')
    await ended('部分取药')
    await says('这次没有取 3')
    await judgeKiosk(kiosk, 'withdrawal-partial')
    await button('取药单').click()
    const code = kiosk.locator('svg.qr')
    await code.waitFor()
    expect(await code.locator('path').getAttribute('d')).toBe(qrOf(`YGP:${rx}`).path)
    await judgeKiosk(kiosk, 'print-slip-partial')
    await goTo(kiosk, '库存')
    await scan(kiosk, `YGP:${other}`)
    await button('开始取药').waitFor()
    await kiosk.getByText(other).first().waitFor()
    await scan(kiosk, 'YGP:RX-NOWHERE')
    await says('E_RX_UNKNOWN')
    await judgeKiosk(kiosk, 'slip-unknown')
    await button('知道了').click()
  })

  it('come back by a release that names its grounds', async () => {
    await openLots(/阿卡波糖/)
    await button(/^放行 /).click()
    await judgeKiosk(house.kiosk, 'release')
    await button('检查后正常，可以使用').click()
    await house.kiosk.getByRole('dialog').getByRole('button', { name: '放行', exact: true }).click()
    await button(/^隔离 /).waitFor()
    await judgeKiosk(house.kiosk, 'released')
  })
})

describe('breaking the glass', () => {
  it('R17: opens one drawer for two people, says so aloud, and leaves the drawer to be counted', async () => {
    const { kiosk } = house
    await goToWork(kiosk, '应急开柜')
    await button(/^D03/).click()
    await button('抢救').click()
    await judgeKiosk(kiosk, 'glass-filled')
    await button('两人确认，打开').click()
    await house.sign('assistant')
    await kiosk.getByRole('heading', { name: '应急开柜 D03' }).waitFor()
    await says('已打开')
    await judgeKiosk(kiosk, 'glass-open')
    await house.hand('D03', 'take', 2)
    await house.hand('D03', 'close')
    await says('实际取出几盒？')
    await press('2')
    await judgeKiosk(kiosk, 'glass-entry')
    await button('提交数量').click()
    await ended('完成')
    await judgeKiosk(kiosk, 'glass-done')
    await goTo(kiosk, '告警')
    await says(/应急开柜.*D03|抽屉 D03/)
    await goToWork(kiosk, '盘点')
    await button('开始盘点 D03').waitFor()
  })
})

describe('a delivery that came with paper only', () => {
  it('is entered line by line and waits among the deliveries', async () => {
    const { kiosk } = house
    await goToWork(kiosk, '补药')
    await button('照纸单录入').click()
    await press('ZD-2607')
    await next()
    await press('ASPL')
    await button(/阿司匹林/)
      .last()
      .click()
    await press('L77')
    await next()
    await press('20280131')
    await next()
    await press('12')
    await next()
    await judgeKiosk(kiosk, 'paper-filled')
    await button('保存送货单（1 行）').click()
    await button(/ZD-2607/).waitFor()
    await judgeKiosk(kiosk, 'restock-paper')
    await button(/ZD-2607/).click()
    await says(/L77/)
    await judgeKiosk(kiosk, 'shipment-paper')
  })
})

describe('the books', () => {
  it('agree after all of this, and the journal is whole', async () => {
    await goTo(house.kiosk, '库存')
    await says(/账目核对：账目相符（至第 \d+ 条记录）/)
    await judgeKiosk(house.kiosk, 'stock-ledger')
    await button('开始校验').click()
    await says(/日志校验：\d+ 条记录完整，未被改动/)
    await judgeKiosk(house.kiosk, 'stock-journal')
    expect(house.errors).toEqual([])
    expect(house.foreign).toEqual([])
  })
})
