import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { goTo, handsOn, judgeKiosk, type KioskHouse, openHouse } from '../../lib/e2e-kiosk.ts'

let house: KioskHouse
let rx = ''
let later = ''

beforeAll(async () => {
  house = await openHouse(28_900)
  rx = await house.prescribe(0)
  later = await house.prescribe(2)
  await house.login('pharmacist')
})
afterAll(() => house?.stop())

const { button, drawerIn, says, ended } = handsOn(() => house.kiosk)

describe('a kiosk whose centre is away', () => {
  it('says so, and hands out what has been ordered', async () => {
    const { kiosk } = house
    await kiosk.getByRole('button').filter({ hasText: later }).waitFor()
    await house.county.central.kill()
    await says('中心离线')
    await judgeKiosk(kiosk, 'home-offline')
    await kiosk.getByRole('button').filter({ hasText: later }).click()
    await button('开始取药').click()
    for (const next of [/^打开抽屉 D/, null]) {
      const drawer = await drawerIn(/请从抽屉 D\d\d 取出/)
      await house.hand(drawer, 'take', 1)
      await house.hand(drawer, 'close')
      if (next) await button(next).click()
    }
    await ended('相符')
    // Rising: it ended as it should.
    expect((await house.heard()).slice(-3)).toEqual([659, 880, 1_175])
    await says('中心离线')
    await button(/返回处方列表/).click()
  })
})

describe('a power cut with a drawer open', () => {
  it('leaves a withdrawal that the kiosk shows after the restart and a person closes', async () => {
    const { kiosk, township } = house
    await kiosk.getByRole('button').filter({ hasText: rx }).click()
    await judgeKiosk(kiosk, 'prescription')
    await button('开始取药').click()
    const drawer = await drawerIn(/请从抽屉 D\d\d 取出/)
    await house.hand(drawer, 'take', 1)
    await township.edge.kill()
    await kiosk.getByText('连接终端中断').waitFor()
    await judgeKiosk(kiosk, 'agent-away')
    await house.hand(drawer, 'close')
    await township.restart()
    // Logins die with the agent: nobody goes on unseen.
    await kiosk.getByRole('heading', { name: '请选择您的姓名' }).waitFor({ timeout: 30_000 })
    await judgeKiosk(kiosk, 'login-expired')
    await house.login('pharmacist', '核对中断的取药')
    await judgeKiosk(kiosk, 'withdrawal-review')
    for (const more of await button(/加一$/).all()) await more.click()
    await button('清点药袋和抽屉，两者一致').click()
    await button('确认并结束').click()
    await kiosk.getByRole('heading', { name: '相符' }).waitFor()
    await button(/返回处方列表/).click()
    await kiosk.getByRole('heading', { name: '待取处方' }).waitFor()
  })

  it('keeps nothing of the person who logs out on the screen', async () => {
    const { kiosk } = house
    await goTo(kiosk, '库存')
    await kiosk.getByRole('heading', { name: '库存', exact: true }).first().waitFor()
    await house.logout()
    expect(await kiosk.getByText('氨氯地平').count()).toBe(0)
    expect(await kiosk.evaluate(`sessionStorage.length`)).toBe(0)
    await kiosk.goBack()
    await kiosk.getByRole('heading', { name: '请选择您的姓名' }).waitFor()
    await judgeKiosk(kiosk, 'login')
  })
})
