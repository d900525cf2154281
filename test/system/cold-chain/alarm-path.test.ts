import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { verifyJournal } from '#edge/journal/verify.ts'
import type { RunningEdge } from '#edge/main.ts'
import { openAlarmTownship } from '#test/lib/alarm-township.ts'
import { logIn } from '#test/lib/edge-township.ts'
import { until } from '#test/lib/hardware-wait.ts'

let town: Awaited<ReturnType<typeof openAlarmTownship>>
let edge: RunningEdge
beforeEach(async () => {
  town = await openAlarmTownship()
  edge = await town.start()
})
afterEach(() => town.close())

/** The GSP's path must be through in ten seconds. */
const SOON = 10_000

const journaled = (kind: string) =>
  edge.agent.journal
    .read(0, 10_000)
    .filter(record => record.kind === kind)
    .map(({ data, at }) => ({ ...JSON.parse(data), at: Date.parse(at) }))

describe('the mains fail while the network is down', () => {
  it('lamp, siren and three text messages in Chinese over the serial port, all journaled, within ten seconds; and their return', async () => {
    await until('the first temperature', () => edge.agent.coldBoard.of('F1') !== undefined)
    expect([await town.siren(), edge.link.state()]).toEqual([false, 'down'])
    const failed = performance.now()
    town.hand.fridge({ mains: false })
    await until('the siren', town.siren, SOON)
    await until('the lamp', town.lamp, SOON)
    await until('three messages', async () => (await town.pdus()).length === 3, SOON)
    expect(performance.now() - failed).toBeLessThan(SOON)

    const pdus = await town.pdus()
    expect(pdus.map(({ to }) => to).toSorted()).toEqual([
      '+8613800138001',
      '+8613800138002',
      '+8613800138003',
    ])
    for (const { text, report } of pdus) {
      expect(text).toMatch(
        /^【药柜】和平镇卫生院药房：市电中断，冰箱停止制冷，1号冰箱现 \d\.\d °C（\d\d-\d\d \d\d:\d\d起）。请检查供电，准备转移药品。$/,
      )
      expect(report).toBe(true)
    }
    const whole = pdus.map(({ text }) => text)
    expect(new Set(whole).size).toBe(1)
    await until('the delivery reports', () => {
      const delivered = journaled('alarm.notified').filter(({ outcome }) => outcome === 'delivered')
      return delivered.length === 3
    })
    expect(journaled('mains.changed')).toMatchObject([{ state: 'absent' }])
    expect(journaled('alarm.raised')).toMatchObject([{ alarm: 'mains', level: 'alarm' }])
    expect(journaled('alarm.notified').filter(({ outcome }) => outcome === 'sent')).toHaveLength(3)

    town.hand.fridge({ mains: true })
    await until('the siren to end', async () => !(await town.siren()), SOON)
    expect(journaled('mains.changed')).toMatchObject([{ state: 'absent' }, { state: 'present' }])
    await town.stop(edge)
    expect(verifyJournal(town.dataDir).ok).toBe(true)
  })

  it('and its battery runs low: everybody is told of that too, and the kiosk shows mains, battery and an open door', async () => {
    const ask = await logIn(edge)
    town.hand.fridge({ mains: false, doorOpen: true })
    await until('three messages', async () => (await town.pdus()).length === 3, SOON)
    town.hand.battery(14)
    // The battery is asked each ten seconds.
    await until('three more', async () => (await town.pdus()).length === 6, 3 * SOON)
    const words = (await town.pdus()).slice(3).map(({ text }) => text)
    expect(new Set(words).size).toBe(1)
    expect(words[0]).toMatch(
      /^【药柜】和平镇卫生院药房：后备电池电量低，剩 14 %，耗尽后无人看守冰箱（.*）。请恢复供电，准备人工测温。$/,
    )
    expect((await ask('/api/health')).body).toMatchObject({
      mains: 'absent',
      battery: { state: 'low', percent: 14 },
    })
    expect((await ask('/api/temperatures')).body).toMatchObject([{ id: 'F1', door: 'open' }])
    expect(journaled('door.changed')).toMatchObject([{ thermometer: 'F1', state: 'open' }])
  })

  it('with the modem pulled out too: lamp and siren all the same, the modem’s own alarm, and the messages when it is back', async () => {
    await town.line?.unplug()
    town.hand.fridge({ mains: false })
    await until('the siren', town.siren, SOON)
    await until('the alarm of the modem', () => edge.agent.alarms.isOpen('sms-down'), SOON)
    expect(await town.pdus()).toEqual([])
    // A restart forgets nothing of it.
    await town.stop(edge)
    await town.line?.plug()
    edge = await town.start()
    await until('three messages', async () => (await town.pdus()).length === 3)
    await until('the siren again', town.siren, SOON)
    await until('the modem’s alarm to end', () => !edge.agent.alarms.isOpen('sms-down'), 70_000)
  })
})

describe('the test of the alarm at the kiosk', () => {
  it('sounds for five seconds and sends to everybody; what became of it can be read', async () => {
    const ask = await logIn(edge)
    expect((await ask('/api/alarms/test', {})).body).toHaveLength(3)
    await until('the siren', town.siren, SOON)
    await until('the lamp', town.lamp, SOON)
    await until('three messages', async () => (await town.pdus()).length === 3)
    expect((await town.pdus())[0]?.text).toContain('报警测试')
    await until('the siren to end', async () => !(await town.siren()), 2 * SOON)
    await until('delivery', async () => {
      const notices = (await ask('/api/alarms/notices?alarm=test')).body as unknown as { status: string }[]
      return notices.length === 3 && notices.every(({ status }) => status === 'delivered')
    })
    expect(journaled('alarm.tested')).toMatchObject([{ actor: 'wang' }])
  })
})
