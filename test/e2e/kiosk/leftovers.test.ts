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
const dialog = () => house.kiosk.getByRole('dialog')
/** On the pad of the dialog: the page behind it has one too. */
const inDialog = async (keys: string): Promise<void> => {
  for (const name of keys)
    await dialog().locator('.pad').last().getByRole('button', { name, exact: true }).click()
}

describe('R12: a pack whose code says no lot', () => {
  it('R12: is asked for in words that a person reads off it, before its drawer opens', async () => {
    await goToWork(house.kiosk, '补药')
    await button(/送货单/)
      .first()
      .click()
    const line = button(/阿司匹林/)
    const text = (await line.textContent()) ?? ''
    await line.click()
    const codes = SAMPLE_FORMULARY.find(({ id }) => id === 'aspirin-ec-100')?.codes ?? []
    const key = codes.find(({ code, packs }) => code.length === 7 && packs === 1)?.code ?? ''
    await scan(house.kiosk, `${key}0000000000001`)
    await dialog().getByText('请照药盒上印的输入').waitFor()
    await judgeKiosk(house.kiosk, 'restock-printed')
    await inDialog((/批号 (\S+)/.exec(text)?.[1] ?? '').replaceAll('-', ''))
    await dialog().getByRole('button', { name: '下一项' }).click()
    await inDialog((/有效期 (\d{4}-\d\d-\d\d)/.exec(text)?.[1] ?? '').replaceAll('-', ''))
    await dialog().getByRole('button', { name: '确定', exact: true }).click()
    const drawer = /D\d\d/.exec(text)?.[0] ?? ''
    await scan(house.kiosk, `YGD:${drawer}`)
    await button('打开抽屉').click()
    await says(`放入抽屉 ${drawer}`)
    await house.hand(drawer, 'put', 20)
    await house.hand(drawer, 'close')
    await ended('完成')
  })
})

describe('R8: goods of an unknown lot', () => {
  it('R8: get a line of their own in a count, and are kept as a difference', async () => {
    await goToWork(house.kiosk, '盘点')
    await button('开始盘点 D01').click()
    await says(/请清点抽屉 D01/)
    await house.hand('D01', 'close')
    await says('抽屉里有几盒？')
    await button('柜内有批号不明的药').click()
    await inDialog('BHSALDP')
    await judgeKiosk(house.kiosk, 'count-unnamed')
    await dialog()
      .getByRole('button', { name: /氨氯地平/ })
      .first()
      .click()
    await says(/批号 批号不明/)
    await press('2')
    const { lines } = await ask<{ lines: { lot: string }[] }>('/api/operations/current')
    for (const { lot } of lines) {
      await button(new RegExp(`批号 ${lot}`)).click()
      await press('1')
    }
    await button('提交数量').click()
    await button('保留，记为差异').click()
    await choose('已复点')
    await ended('差异')
    const cases = await ask<{ lot: string; expected: number; taken: number }[]>('/api/cases')
    expect(cases).toContainEqual(expect.objectContaining({ lot: '批号不明', expected: 0, taken: 2 }))
    await goTo(house.kiosk, '库存')
    await button(/氨氯地平/)
      .first()
      .click()
    await says(/批号 批号不明/)
    await judgeKiosk(house.kiosk, 'lots-unnamed')
  })
})

describe('R11: a return that cannot be found', () => {
  it('R11: is ended by the lead', async () => {
    await goToWork(house.kiosk, '退药')
    await button('收回退药').click()
    await press('BHSALDP')
    await button(/氨氯地平/)
      .first()
      .click()
    await press('A77')
    await next()
    await press('20290131')
    await next()
    await press('1')
    await next()
    await button('医嘱更改').click()
    await button('打开退药屉').click()
    const place = await drawerIn(/放入退药抽屉/)
    await house.hand(place, 'put', 1)
    await house.hand(place, 'close')
    await ended('完成')
    await house.logout()
    await house.login('lead')
    await goToWork(house.kiosk, '退药')
    await button('找不到').click()
    await choose('退药屉和各抽屉都找过')
    await says('下落不明')
    await judgeKiosk(house.kiosk, 'returns-lost')
  })
})

describe('the page itself', () => {
  it('had no error', () => expect(house.errors).toEqual([]))
})
