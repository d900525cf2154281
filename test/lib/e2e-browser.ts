import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import axeCore from 'axe-core'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const SHOTS = fileURLToPath(new URL('../../artifacts/screenshots', import.meta.url))

/** Debian's Chromium (or `CHROMIUM`), with everything of it turned off that would call home. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })

/** A page whose errors are kept; `foreign` collects every request that leaves this machine. */
export const openPage = async (context: BrowserContext) => {
  context.setDefaultTimeout(10_000)
  const page = await context.newPage()
  const errors: string[] = []
  const foreign: string[] = []
  page.on('pageerror', error => errors.push(error.message))
  page.on('request', request => {
    const { hostname, protocol } = new URL(request.url())
    if (protocol !== 'data:' && hostname !== '127.0.0.1') foreign.push(request.url())
  })
  return { page, errors, foreign }
}

export const shot = async (page: Page, name: string): Promise<void> => {
  mkdirSync(SHOTS, { recursive: true })
  await page.screenshot({ path: `${SHOTS}/${name}.png` })
}

type AxeResult = {
  readonly violations: readonly {
    readonly id: string
    readonly nodes: readonly { readonly html: string }[]
  }[]
}

/** WCAG 2.2 A and AA by axe: what it finds, in one line each. */
export const axe = async (page: Page): Promise<readonly string[]> => {
  // By the debugger, past the page's own policy, which rightly allows no injected script.
  await page.evaluate(axeCore.source)
  const result = await page.evaluate<AxeResult>(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })",
  )
  return result.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(node => node.html.slice(0, 120)).join(' | ')}`,
  )
}

/** Buttons and links of a touch screen that are smaller than `px` in either direction. */
export const smallTargets = (page: Page, px: number): Promise<readonly string[]> =>
  page.evaluate(`[...document.querySelectorAll('button, a[href], input, select')]
    .filter(element => element.checkVisibility())
    .flatMap(element => {
      const { width, height } = element.getBoundingClientRect()
      const name = element.textContent.trim() || element.tagName
      return width < ${px} || height < ${px} ? [name + ' ' + Math.round(width) + '×' + Math.round(height)] : []
    })`)
