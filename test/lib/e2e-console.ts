import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { expect } from 'vitest'
import { type County, startCounty } from '#cli/county/county.ts'
import { axe, openBrowser, openPage, shot } from './e2e-browser.ts'

/** The desks of a county pharmacy: an old notebook and an ordinary screen. */
const SIZES = [
  { width: 1280, height: 800 },
  { width: 1440, height: 900 },
] as const

export type ConsoleHouse = {
  readonly county: County
  readonly desk: Page
  readonly errors: readonly string[]
  readonly foreign: readonly string[]
  readonly stop: () => Promise<void>
}

/** A county with the console in a browser, nobody logged in. */
export const openConsole = async (basePort: number): Promise<ConsoleHouse> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'yaogui-console-'))
  const county = await startCounty({
    ...{ dataDir, basePort, flows: false, sampleSeconds: 1 },
    onProgress: () => {},
  })
  const browser: Browser = await openBrowser()
  const context = await browser.newContext({ viewport: SIZES[1], locale: 'zh-CN' })
  const { page: desk, errors, foreign } = await openPage(context)
  await desk.goto(`${county.centralUrl}/`)
  return {
    ...{ county, desk, errors, foreign },
    stop: async () => {
      await browser.close()
      await county.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** Text that is cut off, and anything wider than the page. A list that scrolls is no cut. */
const clipped = (page: Page): Promise<readonly string[]> =>
  page.evaluate(`[...document.querySelectorAll('main *, .el-drawer *, .el-dialog *')]
    .filter(element => element.checkVisibility() && !element.closest('.sr-only, svg'))
    .flatMap(element => {
      const style = getComputedStyle(element)
      const inside = element.children.length === 0 && style.overflowX === 'hidden' && element.scrollWidth > element.clientWidth + 1
      const { right } = element.getBoundingClientRect()
      const beyond = right > innerWidth + 1
      return inside || beyond ? [element.tagName + ' ' + element.className + ' ' + element.textContent.trim().slice(0, 40)] : []
    })`)

/** Accessible, nothing cut off, and kept as a picture, at both sizes. */
export const judgeConsole = async (page: Page, name: string): Promise<void> => {
  await page.locator('.el-skeleton').first().waitFor({ state: 'hidden' })
  for (const size of SIZES) {
    await page.setViewportSize(size)
    // What slides in has to stand still before it is looked at.
    await page.evaluate(
      'Promise.all(document.getAnimations().filter(one => one.effect.getTiming().iterations !== Infinity).map(one => one.finished.catch(() => {})))',
    )
    await shot(page, `console-${name}-${size.width}`)
    expect(await clipped(page), `${name} ${size.width}`).toEqual([])
  }
  expect(await axe(page), name).toEqual([])
}
