import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SAMPLE_FORMULARY } from '#central/formulary/sample.ts'
import { goTo, goToWork, handsOn, judgeKiosk, type KioskHouse, openHouse, scan } from '../../lib/e2e-kiosk.ts'

let house: KioskHouse

beforeAll(async () => {
  house = await openHouse(28_800)
  await house.login('pharmacist')
})
afterAll(() => house?.stop())

const { button, choose, ended, says, press, next, drawerIn, ask } = handsOn(() => house.kiosk)

/** The line of the sample delivery that holds this drug. */
const openLine = async (drug: string): Promise<{ drawer: string; lot: string; expiry: string }> => {
  await goToWork(house.kiosk, '补药')
  await button(/送货单/)
    .first()
    .click()
  const line = button(new RegExp(drug))
  const text = (await line.textContent()) ?? ''
  await line.click()
  return {
    drawer: /D\d\d/.exec(text)?.[0] ?? '',
    lot: /批号 (\S+)/.exec(text)?.[1] ?? '',
    expiry: /有效期 (\d{4}-\d\d-\d\d)/.exec(text)?.[1] ?? '',
  }
}
const gs1Of = (drug: string, { lot, expiry }: { lot: string; expiry: string }): string => {
  const item = SAMPLE_FORMULARY.find(({ id }) => id === drug)
  return `01${item?.codes?.[0]?.code}17${expiry.replaceAll('-', '').slice(2)}10${lot}`
}

describe('restocking', () => {
  it('takes a pack and a drawer by scan, and books what the scale saw go in', async () => {
    const line = await openLine('阿司匹林')
    await judgeKiosk(house.kiosk, 'restock-line')
    await scan(house.kiosk, gs1Of('aspirin-ec-100', line))
    await says(new RegExp(`阿司匹林肠溶片 · ${line.lot}`))
    await scan(house.kiosk, `YGD:${line.drawer}`)
    await button('打开抽屉').click()
    await says(`放入抽屉 ${line.drawer}`)
    await judgeKiosk(house.kiosk, 'restock-open')
    await house.hand(line.drawer, 'put', 20)
    await house.hand(line.drawer, 'close')
    await ended('完成')
    await judgeKiosk(house.kiosk, 'restock-done')
  })

  it('asks for a second person where packs look alike, and for a reason where a pack cannot be scanned', async () => {
    const line = await openLine('格列美脲')
    await button('扫不出').click()
    await choose('条码破损')
    await scan(house.kiosk, `YGD:${line.drawer}`)
    await button('打开抽屉').click()
    await house.kiosk.getByRole('dialog').getByText('第二人确认').waitFor()
    await judgeKiosk(house.kiosk, 'second')
    await house.sign('assistant')
    await says(`放入抽屉 ${line.drawer}`)
    await house.hand(line.drawer, 'put', 10)
    await house.hand(line.drawer, 'close')
    await ended('完成')
    await button(/^返回（/).click()
    await judgeKiosk(house.kiosk, 'shipment')
  })
})

const countD03 = async (packs: string): Promise<void> => {
  await says(/请清点抽屉 D03/)
  await house.hand('D03', 'close')
  await says('抽屉里有几盒？')
  await judgeKiosk(house.kiosk, 'count-entry')
  await press(packs)
  await button('提交数量').click()
}

describe('counting', () => {
  it('is blind, lets count again, and makes a kept difference a case that others witness and close', async () => {
    await goToWork(house.kiosk, '盘点')
    await judgeKiosk(house.kiosk, 'count')
    await button('开始盘点 D03').click()
    await countD03('19')
    await button('再数一次').waitFor()
    await judgeKiosk(house.kiosk, 'count-differs')
    await button('再数一次').click()
    await countD03('19')
    await button('保留，记为差异').click()
    await choose('已复点')
    await ended('差异')
    await judgeKiosk(house.kiosk, 'count-discrepancy')
    await goTo(house.kiosk, '差异')
    await button(/D03/).first().click()
    await button('说明原因').click()
    await choose('点数错误')
    await choose('已核对实物')
    await house.kiosk.getByText('待见证').first().waitFor()
    await judgeKiosk(house.kiosk, 'case')
    await button('见证签字').click()
    await choose('已核对记录')
    await house.sign('assistant')
    await house.kiosk.getByText('待结案').first().waitFor()
    await house.logout()
    await house.login('lead')
    await goTo(house.kiosk, '差异')
    await button(/D03/).first().click()
    await button('结案').click()
    await choose('实物与记录都已核对')
    await house.kiosk.getByText('已结案').first().waitFor()
    await house.logout()
    await house.login('pharmacist')
  })
})

describe('an override', () => {
  it('names an order and its reason without typing, and stays in the list until it is matched', async () => {
    await goToWork(house.kiosk, '越权取药')
    await button('越权取药').last().click()
    await button('硫酸沙丁胺醇吸入气雾剂 加一').click()
    await judgeKiosk(house.kiosk, 'override')
    await button(/^处方号/).click()
    await press('RX7001')
    await next()
    await press('ZGF')
    await next()
    await press('ZM')
    await next()
    await button('急救用药，不能等待审方').click()
    await button('开始取药').click()
    const drawer = await drawerIn(/请从抽屉 D\d\d 取出/)
    await judgeKiosk(house.kiosk, 'withdrawal-open')
    await house.hand(drawer, 'take', 1)
    await house.hand(drawer, 'close')
    await ended('相符')
    await judgeKiosk(house.kiosk, 'withdrawal-done')
    await button('用药标签').click()
    await judgeKiosk(house.kiosk, 'print-labels')
    await button('取药单').click()
    await house.kiosk.locator('svg.qr').waitFor()
    await judgeKiosk(house.kiosk, 'print-slip')
    await goToWork(house.kiosk, '越权取药')
    await says('RX7001')
    await says('待补配')
    await judgeKiosk(house.kiosk, 'overrides')
  })
})

describe('waste', () => {
  it('is signed by a witness after the packs are out', async () => {
    await goToWork(house.kiosk, '销毁')
    await judgeKiosk(house.kiosk, 'waste')
    await press('ASPL')
    await button(/阿司匹林/)
      .last()
      .click()
    await house.kiosk.locator('.choice').first().click()
    await press('2')
    await next()
    await button('破损').click()
    await button('打开抽屉取出').click()
    const drawer = await drawerIn(/取出要销毁的/)
    await house.hand(drawer, 'take', 2)
    await house.hand(drawer, 'close')
    await button('见证人签字').click()
    await house.sign('assistant')
    await ended('完成')
  })
})

describe('returns', () => {
  it('lie locked up until a pharmacist has checked them, and then go back into their drawer', async () => {
    await goToWork(house.kiosk, '退药')
    await button('收回退药').click()
    await judgeKiosk(house.kiosk, 'return')
    await press('BHSALDP')
    await button(/氨氯地平/)
      .first()
      .click()
    const stock = await ask<{ drug: string; lot: string; expiry: string }[]>('/api/stock')
    const amlodipine = stock.find(({ drug }) => drug === 'amlodipine-5')
    await press(amlodipine?.lot ?? '')
    await next()
    await press((amlodipine?.expiry ?? '').replaceAll('-', ''))
    await next()
    await press('1')
    await next()
    await button('医嘱更改').click()
    await button('打开退药屉').click()
    const place = await drawerIn(/放入退药抽屉/)
    await house.hand(place, 'put', 1)
    await house.hand(place, 'close')
    await ended('完成')
    await button(/^返回（/).click()
    await button('可再入库').click()
    await choose('包装完好')
    await button('从退药屉取出').waitFor()
    await judgeKiosk(house.kiosk, 'returns')
    await button('从退药屉取出').click()
    await says(/从退药抽屉/)
    await house.hand(place, 'take', 1)
    await house.hand(place, 'close')
    await ended('完成')
    await button(/^返回（/).click()
    await button('放回抽屉').click()
    await scan(
      house.kiosk,
      gs1Of('amlodipine-5', { lot: amlodipine?.lot ?? '', expiry: amlodipine?.expiry ?? '' }),
    )
    await scan(house.kiosk, 'YGD:D01')
    await button('打开抽屉').click()
    await says('放入抽屉 D01')
    await house.hand('D01', 'put', 1)
    await house.hand('D01', 'close')
    await ended('完成')
  })
})

describe('the page itself', () => {
  it('had no error and needed nothing from outside this machine', () => {
    expect(house.errors).toEqual([])
    expect(house.foreign).toEqual([])
  })
})
