import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { expect } from 'vitest'
import { type County, startCounty, type Township } from '#cli/county/county.ts'
import { openCentre, release } from '#cli/story/centre.ts'
import { createClient, logIn } from '#cli/story/client.ts'
import { EXAMPLE, readPrescriptions } from '#cli/story/prescriptions.ts'
import type { Role } from '#domain/people/actions.ts'
import { axe, openBrowser, openPage, shot, smallTargets } from './e2e-browser.ts'

const TOUCH_PX = 56
/** The two screens that kiosks have. */
const SIZES = [
  { width: 1024, height: 600 },
  { width: 1280, height: 800 },
] as const
const NAMES: Readonly<Record<Role, string>> = {
  pharmacist: '王秀兰',
  lead: '何志明',
  assistant: '林晓燕',
  technician: '赵强',
}

/** Keeps the pitch of every tone that the page lets sound. */
const LISTEN = `
  globalThis.heard = []
  const start = OscillatorNode.prototype.start
  OscillatorNode.prototype.start = function (at) {
    globalThis.heard.push(Math.round(this.frequency.value))
    start.call(this, at)
  }`

/** A county with one kiosk in a browser, its people past their first PIN. */
export type KioskHouse = {
  readonly county: County
  readonly township: Township
  readonly kiosk: Page
  readonly errors: readonly string[]
  readonly foreign: readonly string[]
  /** `at`: the heading that is shown then, where a session is open. */
  readonly login: (role: Role, at?: string) => Promise<void>
  readonly logout: () => Promise<void>
  /** On the number pad that is on the screen. */
  readonly pressPin: (role: Role) => Promise<void>
  /** Another person signs in the dialog that waits for one. */
  readonly sign: (role: Role) => Promise<void>
  /** What a hand does at the cabinet. */
  readonly hand: (drawer: string, act: 'take' | 'put' | 'open' | 'close', units?: number) => Promise<void>
  /** A prescription of the example, posted and approved; its number. */
  readonly prescribe: (index: number) => Promise<string>
  /** Pitches of the tones since it was asked last, Hz. */
  readonly heard: () => Promise<readonly number[]>
  readonly stop: () => Promise<void>
}

export const openHouse = async (basePort: number): Promise<KioskHouse> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'yaogui-kiosk-'))
  const county = await startCounty({
    dataDir,
    basePort,
    flows: false,
    sampleSeconds: 1,
    onProgress: () => {},
  })
  const [township] = county.townships
  if (!township) throw new Error('a county has a township')
  const pins = new Map<Role, string>()
  for (const role of Object.keys(NAMES) as Role[]) {
    const first = county.secrets.pins[`${township.site.site}/${role}`] ?? ''
    pins.set(role, (await logIn(township.kioskUrl, { person: role }, first)).pin)
  }
  const browser: Browser = await openBrowser()
  const context = await browser.newContext({ viewport: SIZES[1], locale: 'zh-CN' })
  await context.addInitScript(LISTEN)
  const { page: kiosk, errors, foreign } = await openPage(context)
  await kiosk.goto(`${township.kioskUrl}/`)
  let centre: ReturnType<typeof openCentre> | undefined
  const pressPin = async (role: Role): Promise<void> => {
    for (const digit of pins.get(role) ?? '')
      await kiosk.getByRole('button', { name: digit, exact: true }).click()
    await kiosk.getByRole('button', { name: '确定', exact: true }).click()
  }
  return {
    county,
    township,
    kiosk,
    errors,
    foreign,
    login: async (role, at = '待取处方') => {
      await kiosk.getByRole('button', { name: NAMES[role] }).click()
      await pressPin(role)
      await kiosk.getByRole('heading', { name: at }).waitFor()
    },
    pressPin,
    logout: async () => {
      await kiosk.getByRole('navigation').getByRole('button', { name: '退出' }).click()
      await kiosk.getByRole('heading', { name: '请选择您的姓名' }).waitFor()
    },
    sign: async role => {
      const dialog = kiosk.getByRole('dialog')
      await dialog.getByRole('button', { name: NAMES[role] }).click()
      for (const digit of pins.get(role) ?? '')
        await dialog.getByRole('button', { name: digit, exact: true }).click()
      await dialog.getByRole('button', { name: '签字', exact: true }).click()
      await dialog.waitFor({ state: 'hidden' })
    },
    hand: async (drawer, act, units) => {
      const body = act === 'take' || act === 'put' ? { units } : {}
      await createClient(township.handUrl).post(`/hand/drawers/${drawer}/${act}`, body)
    },
    prescribe: async index => {
      const prescription = readPrescriptions(EXAMPLE, new Date())[index]
      if (!prescription) throw new Error(`the example has no prescription ${index}`)
      // First PINs are changed there, which works once.
      centre ??= openCentre(county, () => {})
      return (await release(await centre, prescription)).rx
    },
    heard: () => kiosk.evaluate<readonly number[]>('globalThis.heard.splice(0)'),
    stop: async () => {
      await browser.close()
      await county.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** What a scanner does that plays a keyboard: all keys at once, Enter at the end. */
export const scan = (page: Page, text: string): Promise<void> =>
  page.evaluate(
    `for (const key of [...${JSON.stringify(text)}, 'Enter']) dispatchEvent(new KeyboardEvent('keydown', { key }))`,
  )

/** What hands do on the kiosk's page, whichever page it shows. */
export const handsOn = (kiosk: () => Page) => {
  const button = (name: string | RegExp) => kiosk().getByRole('button', { name })
  const says = (text: string | RegExp) => kiosk().getByText(text).first().waitFor()
  const pad = () => kiosk().locator('.pad')
  return {
    button,
    says,
    /** A reason of the dialog that is open. */
    choose: (reason: string): Promise<void> =>
      kiosk().getByRole('dialog').getByRole('button', { name: reason }).click(),
    ended: (word: string): Promise<void> =>
      kiosk().getByRole('heading', { name: word, exact: true }).waitFor(),
    /** Key by key on the pad. */
    press: async (keys: string): Promise<void> => {
      for (const key of keys) await pad().getByRole('button', { name: key, exact: true }).click()
    },
    next: (): Promise<void> => pad().getByRole('button', { name: '下一项' }).click(),
    /** The drawer that the page speaks of in these words. */
    drawerIn: async (text: RegExp): Promise<string> => {
      const line = kiosk().getByText(text).first()
      return /D\d\d/.exec((await line.textContent()) ?? '')?.[0] ?? ''
    },
    /** Asks the agent as the page does, with its login. */
    ask: <T>(path: string): Promise<T> =>
      kiosk().evaluate<T>(
        `fetch('${path}', { headers: { authorization: 'Bearer ' + JSON.parse(sessionStorage.getItem('yaogui.kiosk.session')).token } }).then(answer => answer.json())`,
      ),
  }
}

/** By its button in the rail. */
export const goTo = async (page: Page, label: string): Promise<void> => {
  await page
    .getByRole('navigation')
    .getByRole('button', { name: new RegExp(label) })
    .click()
}

/** A tile of the work page. */
export const goToWork = async (page: Page, tile: string): Promise<void> => {
  await goTo(page, '工作')
  await page
    .locator('.tile')
    .filter({ has: page.locator('strong', { hasText: tile }) })
    .click()
  await page.getByRole('heading', { name: tile }).first().waitFor()
}

/** Parts of the page that do not fit: the whole of it, or what stands at its head and foot. */
const clipped = (page: Page): Promise<readonly string[]> =>
  page.evaluate(`(() => {
    const found = []
    const page = document.querySelector('.page')
    if (page && page.scrollHeight > page.clientHeight + 1) found.push('page ' + page.scrollHeight + ' > ' + page.clientHeight)
    for (const part of document.querySelectorAll('.page > header, .page > footer, .page > header button, .page > footer button')) {
      const { left, right, top, bottom } = part.getBoundingClientRect()
      if (left < 0 || top < 0 || right > innerWidth + 1 || bottom > innerHeight + 1) found.push(part.className + ' ' + part.textContent.trim())
    }
    return found
  })()`)

const SMALL_TEXT = `[...document.querySelectorAll('#app *')]
  .filter(one => one.checkVisibility() && [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim() !== ''))
  .filter(one => !one.closest('.hidden-text, .sheet, svg') && parseFloat(getComputedStyle(one).fontSize) < 20)
  .map(one => one.textContent.trim())`

/** On both screens: accessible, big enough to touch and to read, nothing clipped, kept as a picture. */
export const judgeKiosk = async (page: Page, name: string): Promise<void> => {
  for (const size of SIZES) {
    await page.setViewportSize(size)
    const where = `kiosk-${name}-${size.width}x${size.height}`
    await shot(page, where)
    expect(await axe(page), where).toEqual([])
    expect(await smallTargets(page, TOUCH_PX), where).toEqual([])
    expect(await page.evaluate(SMALL_TEXT), where).toEqual([])
    expect(await clipped(page), where).toEqual([])
  }
}
