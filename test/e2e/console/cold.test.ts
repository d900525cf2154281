import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HOUR, MINUTE } from '#domain/time.ts'
import { startTestCentral, temporaryFolder } from '../../lib/central-fixture.ts'
import { createJournal } from '../../lib/central-journal.ts'
import { connectSite } from '../../lib/central-site.ts'
import { openBrowser, openPage } from '../../lib/e2e-browser.ts'
import { judgeConsole } from '../../lib/e2e-console.ts'
import { consoleLogin } from '../../lib/e2e-people.ts'

const NOW = Math.floor(Date.now() / MINUTE) * MINUTE
const ago = (hours: number): string => new Date(NOW - hours * HOUR).toISOString()
const SITE = { site: 's001', secret: 'secret-of-s001' }

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let centre: Awaited<ReturnType<typeof startTestCentral>>
let site: Awaited<ReturnType<typeof connectSite>>
let browser: Browser
let desk: Page
let errors: readonly string[] = []
const journal = createJournal({ epoch: 3 })

const WARM = { from: 20, to: 18 }
/** Nine days of a refrigerator: silent for a night, too warm for two hours yesterday, to be kept at 2–10 °C since this morning. */
const writeRecords = (): void => {
  for (let at = NOW - 216 * HOUR; at < NOW; ) {
    const hours = (NOW - at) / HOUR
    const out = hours <= WARM.from && hours > WARM.to
    const celsius = out ? 9.4 : 4.5 + Math.round(10 * Math.sin(hours)) / 10
    const record = { thermometer: 'F1', at: ago(hours), celsius, source: 'sensor' }
    if (!(hours > 60 && hours < 68))
      journal.append(
        'temperature.record',
        { ...record, low: 2, high: hours > 5 ? 8 : 10, minutes: 60 },
        ago(hours),
      )
    at += (out ? 2 : 30) * MINUTE
  }
}

const writeEvents = (): void => {
  const { append } = journal
  append('mains.changed', { state: 'absent' }, ago(20.5))
  const run = { thermometer: 'F1', excursion: 'x1', side: 'hot', source: 'sensor', start: ago(WARM.from) }
  append('excursion.alarm', { ...run, alarmAt: ago(19), limit: 8 }, ago(19))
  append('mains.changed', { state: 'present' }, ago(18.5))
  append('alarm.acknowledged', { alarm: 'excursion-F1-hot', actor: '王秀兰', reason: 'x' }, ago(18.4))
  const end = { alarmAt: ago(19), end: ago(WARM.to), min: 9.4, max: 9.4, minutes: 120 }
  append('excursion.ended', { ...run, ...end }, ago(WARM.to))
  for (const hours of [8, 6.2, 3.1, 1.5]) {
    append('unlock.opened', { session: 's', operation: 'count', drawer: 'D01' }, ago(hours))
    append('drawer.closed', { session: 's', operation: 'count', drawer: 'D01' }, ago(hours - 0.05))
  }
  append('door.changed', { thermometer: 'F1', state: 'open' }, ago(4.5))
  append('door.changed', { thermometer: 'F1', state: 'closed' }, ago(4.3))
  append('temperature.fault', { thermometer: 'F1', at: ago(2), fault: 'crc' }, ago(2))
}

beforeAll(async () => {
  folder = await temporaryFolder()
  centre = await startTestCentral(folder.path, { clock: { now: () => new Date() } })
  site = await connectSite({ port: centre.central.mqttPort, ...SITE })
  await site.online()
  const point = { id: 'F1', name: '1号冰箱', celsius: 4.6, low: 2, high: 10, at: ago(0), drawers: ['D01'] }
  await site.publish(site.topics.live, {
    ...{ site: SITE.site, at: ago(0), thermometers: [point], stock: [], alarms: 0 },
  })
  writeRecords()
  writeEvents()
  for (let from = 0; from < journal.records.length; from += 150) {
    const batch = journal.records.slice(from, from + 150)
    await site.sendHistory(batch)
    const last = batch.at(-1)?.seq ?? 0
    await site.next(site.topics.historyAck, ({ committed }) => Number(committed) >= last)
  }
  browser = await openBrowser()
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN' })
  const opened = await openPage(context)
  desk = opened.page
  errors = opened.errors
  await desk.goto(`${centre.central.url}/`)
  await consoleLogin(desk, '王药师', '135790', false)
})
afterAll(async () => {
  await browser?.close()
  await site?.close()
  await centre?.central.close()
  await folder?.remove()
})

const summary = () => desk.locator('.summary').first()
const button = (name: string) => desk.getByRole('button', { name, exact: true })

describe("a refrigerator's chart at the console", () => {
  it('says in words what it shows: extremes, minutes over and under, excursions, how much was measured', async () => {
    await desk.getByRole('link', { name: '冷链' }).click()
    await desk.locator('canvas').first().waitFor()
    await expect.poll(() => summary().textContent()).toMatch(/最高 9\.4 °C.*高于上限 120 分钟.*超温事件 1 次/)
    expect(await summary().textContent()).toMatch(/范围 2–8 °C，.* 起 2–10 °C/)
    expect(await desk.locator('.plot[role=img]').getAttribute('aria-label')).toBe(
      await summary().textContent(),
    )
    await judgeConsole(desk, 'cold-day')
  })

  it('has doors, mains, acknowledgement and fault in its table, which the keyboard opens', async () => {
    await desk.getByText('以表格显示').focus()
    await desk.keyboard.press('Enter')
    const events = desk.getByRole('table', { name: /事件，最近的在前/ })
    for (const words of [
      '冰箱门打开',
      '抽屉 D01 打开',
      '停电',
      '高温超限 9.4 °C',
      '王秀兰 确认超温',
      '传感器故障 crc',
    ])
      await events.getByText(words).first().waitFor()
    const warm = desk.getByRole('table', { name: '温度', exact: true }).locator('tr.out')
    expect(await warm.count()).toBeGreaterThanOrEqual(2)
    await judgeConsole(desk, 'cold-table')
    await desk.keyboard.press('Enter')
  })

  it('is moved and zoomed by the keyboard alone, and breaks where nothing was recorded', async () => {
    await button('7 天').focus()
    await desk.keyboard.press('Enter')
    await expect.poll(() => summary().textContent()).toMatch(/有测量的时间 95\.\d%/)
    await judgeConsole(desk, 'cold-week')
    for (const name of ['放大', '更早', '更早', '缩小', '更晚']) {
      await button(name).focus()
      await desk.keyboard.press('Enter')
    }
    await button('1 年').focus()
    await desk.keyboard.press('Enter')
    await expect.poll(() => summary().textContent()).toMatch(/有测量的时间 2\.\d%/)
    await judgeConsole(desk, 'cold-year')
    expect(errors).toEqual([])
  })

  it('speaks English too', async () => {
    await button('1 天').click()
    await desk.getByRole('button', { name: 'English' }).click()
    await expect.poll(() => summary().textContent()).toMatch(/120 min over, 0 min under; excursions: 1/)
    await judgeConsole(desk, 'cold-english')
  })
})
