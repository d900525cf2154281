import type { Page } from 'playwright-core'

/** The PIN a sample person changes to at the first login. */
export const SECOND_PIN = '730519'

const pressDigits = async (page: Page, pin: string): Promise<void> => {
  for (const digit of pin) await page.getByRole('button', { name: digit, exact: true }).click()
  await page.getByRole('button', { name: '确定', exact: true }).click()
}

type KioskLogin = { readonly name: string; readonly pin: string; readonly onFirst: () => Promise<void> }

/** At the kiosk, the first time: name, PIN on the number pad, and a new PIN twice. */
export const kioskLogin = async (page: Page, { name, pin, onFirst }: KioskLogin): Promise<void> => {
  await page.getByRole('button', { name }).click()
  await pressDigits(page, pin)
  await page.getByRole('heading', { name: /首次登录/ }).waitFor()
  await onFirst()
  await pressDigits(page, SECOND_PIN)
  await page.getByRole('heading', { name: /再输入一次/ }).waitFor()
  await pressDigits(page, SECOND_PIN)
  await page.getByRole('heading', { name: '待取处方' }).waitFor()
}

/** At the console: the same with a keyboard. */
export const consoleLogin = async (page: Page, name: string, pin: string, first: boolean): Promise<void> => {
  await page.getByRole('button', { name }).click()
  await page.locator('#pin').fill(pin)
  await page.getByRole('button', { name: '登录' }).click()
  if (first) {
    await page.locator('#old-pin').fill(pin)
    await page.locator('#new-pin').fill(SECOND_PIN)
    await page.locator('#new-pin-again').fill(SECOND_PIN)
    await page.getByRole('button', { name: '保存' }).click()
  }
  await page.getByRole('button', { name: '退出' }).waitFor()
}

export const consoleLogout = async (page: Page): Promise<void> => {
  await closeDrawer(page)
  await page.getByRole('button', { name: '退出' }).click()
}

/** Closes the prescription that lies over the page, if one does. */
export const closeDrawer = async (page: Page): Promise<void> => {
  const close = page.getByRole('button', { name: '关闭此对话框' })
  if (await close.isVisible()) await close.click()
  await close.waitFor({ state: 'hidden' })
}

/** One press of the demo's hand. */
export const hand = (page: Page, drawer: string, act: '取1' | '放1' | '打开' | '关上'): Promise<void> =>
  page.getByRole('button', { name: `${drawer} ${act}`, exact: true }).click()
