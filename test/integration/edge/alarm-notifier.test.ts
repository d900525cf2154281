import { describe, expect, it } from 'vitest'
import { HOUR, MINUTE, SECOND } from '#domain/time.ts'
import { HardwareError } from '#hardware/error.ts'
import type { SmsModem } from '#hardware/ports.ts'
import { HOT, notifierOfTest as open, THREE, until } from '#test/lib/edge-notifier.ts'

const SOON = {
  id: 'forecast-F1',
  kind: 'forecast',
  level: 'warning',
  zh: '1号冰箱正在升温',
  en: '…',
} as const

/** The others only after hours. */
const ONE = { ...THREE, people: THREE.people.map((one, index) => ({ ...one, steps: [index === 0 ? 1 : 9] })) }

/** A modem that takes messages and does not say what became of the first `silent` of them. */
const vague = (silent: number) => {
  const taken: string[] = []
  const sms: SmsModem = {
    send: async ({ text }) => {
      taken.push(text)
      if (taken.length > silent) return { references: [taken.length - 1] }
      throw new HardwareError('E_SMS_UNCERTAIN', { kind: 'ambiguous', zh: '未见结果', en: 'no result' })
    },
    onReport: () => () => {},
    health: async () => ({ registered: true, simReady: true }),
  }
  return { taken, sms }
}

describe('an alarm', () => {
  it('reaches three named people by text message at once: site, what, value, since when, what to do; evidence to the last report', async () => {
    const at = await open()
    const agent = at.start()
    agent.alarms.raise(HOT)
    await agent.pass(SECOND)
    const text =
      '【药柜】和平镇卫生院药房：1号冰箱高于 8 °C已达 60 分钟，现 9.2 °C（11-22 10:00起）。请立即查看冰箱。'
    expect(at.texts()).toEqual([`1 ${text}`, `2 ${text}`, `3 ${text}`])
    await until('the reports', () => at.evidence().filter(one => one.outcome === 'delivered').length === 3)
    const of = (target: string) => at.evidence().filter(one => one.target === target)
    expect(of('王秀兰 …8001')).toMatchObject([
      { alarm: HOT.id, channel: 'sms', what: 'raised', outcome: 'sent', refs: [0] },
      { outcome: 'delivered' },
    ])
    // The number itself stands nowhere in the record.
    expect(JSON.stringify(at.evidence())).not.toContain('+86')
    expect(agent.list(HOT.id).map(({ status }) => status)).toEqual([
      'delivered',
      'delivered',
      'delivered',
      'sent',
    ])
  })

  it('is told without any loop: the alarm itself starts it', async () => {
    const at = await open()
    const agent = at.start()
    agent.alarms.raise(HOT)
    at.clock.pass(0)
    await agent.idle()
    expect(at.texts()).toHaveLength(3)
  })

  it('goes on to the next step and reminds until somebody acknowledges; who was told hears that it is over', async () => {
    const people = THREE.people.map((one, index) => ({ ...one, steps: [index + 1] }))
    const at = await open({ config: { ...THREE, people } })
    const agent = at.start()
    agent.alarms.raise(HOT)
    await agent.pass(SECOND)
    expect(at.texts().map(one => one[0])).toEqual(['1'])
    await agent.pass(10 * MINUTE)
    expect(at.texts().at(-1)).toMatch(/^2 .*仍未处理！1号冰箱/)
    agent.alarms.acknowledge(HOT.id, 'wang', '已到场')
    await agent.pass(2 * HOUR)
    expect(at.texts()).toHaveLength(2)
    agent.alarms.clear(HOT.id)
    await agent.pass(MINUTE)
    expect(at.texts().slice(2)).toEqual([
      expect.stringMatching(/^1 .*已恢复：.*11-22 10:00至11-22 12:10/),
      expect.stringMatching(/^2 .*已恢复/),
    ])
  })

  it('is said again where the network says that a message did not arrive', async () => {
    const at = await open({ modem: { report: 'failed' } })
    const agent = at.start()
    agent.alarms.raise(HOT)
    await agent.pass(SECOND)
    await until(
      'the reports',
      () => at.evidence().filter(one => one.outcome === 'not-delivered').length === 3,
    )
    await agent.pass(30 * MINUTE)
    expect(at.texts().filter(one => one.includes('再次提醒'))).toHaveLength(3)
  })

  it('does not say since when while the clock is not to be trusted, and does not hold back a warning then', async () => {
    let trusted = false
    const at = await open({
      trusted: () => trusted,
      config: { ...THREE, quietHours: { from: '00:00', to: '23:59' } },
    })
    const agent = at.start()
    agent.alarms.raise(SOON)
    await agent.pass(SECOND)
    expect(at.texts()).toHaveLength(3)
    expect(at.texts()[0]).toContain('时间不准，终端时钟未校准')
    trusted = true
    agent.alarms.raise({ ...SOON, id: 'forecast-F2' })
    await agent.pass(SECOND)
    expect(at.texts()).toHaveLength(3)
  })
})

describe('a message whose fate is unknown', () => {
  it('of an alarm is repeated once, and says so', async () => {
    const modem = vague(1)
    const at = await open({ config: ONE, sms: modem.sms })
    const agent = at.start()
    agent.alarms.raise(HOT)
    await agent.pass(SECOND)
    await agent.pass(HOUR / 4)
    expect(modem.taken).toHaveLength(2)
    expect(modem.taken[1]).toMatch(/^（重发，可能重复）【药柜】/)
    expect(at.evidence()).toMatchObject([
      { outcome: 'uncertain', code: 'E_SMS_UNCERTAIN' },
      { outcome: 'sent', refs: [1] },
    ])
  })

  it('is not repeated a second time, which is told on the spot; and a warning’s not at all', async () => {
    const modem = vague(9)
    const at = await open({ config: ONE, sms: modem.sms })
    const agent = at.start()
    agent.alarms.raise(SOON)
    await agent.pass(HOUR / 4)
    expect(modem.taken).toHaveLength(1)
    agent.alarms.raise(HOT)
    await agent.pass(HOUR / 4)
    expect(modem.taken).toHaveLength(3)
    expect(agent.open()).toContain('notify-failed-sms')
  })

  it('is found at the next start when the agent was ended in the middle of it', async () => {
    const at = await open({ modem: { networkMs: 1_500 } })
    const agent = at.start()
    agent.alarms.raise(HOT)
    agent.tick()
    await until('the first to be in the modem’s hands', () =>
      agent.list(HOT.id).some(({ status }) => status === 'sending'),
    )
    // Killed: nothing is closed. The same journal is opened by the next run.
    const again = at.start()
    expect(at.evidence()).toMatchObject([{ outcome: 'uncertain', code: 'E_NOTIFY_INTERRUPTED' }])
    const waiting = again.list(HOT.id).filter(({ channel, status }) => channel === 'sms' && status === 'due')
    expect(waiting.map(({ target, text }) => [target, text.startsWith('（重发')])).toEqual([
      ['王秀兰 …8001', true],
      ['陈静 …8003', false],
      ['李建国 …8002', false],
    ])
  })
})
describe('a test of the alarm', () => {
  it('sends a message to everybody, is journaled with who asked for it, and is refused while the last one is on its way', async () => {
    const at = await open()
    const agent = at.start()
    expect(agent.test('wang')).toHaveLength(3)
    expect(() => agent.test('wang')).toThrow(expect.objectContaining({ code: 'E_TEST_RUNNING' }))
    await agent.pass(SECOND)
    expect(at.texts().every(one => one.includes('报警测试'))).toBe(true)
    expect(at.texts()).toHaveLength(3)
    expect(at.journal.read(0, 100).filter(({ kind }) => kind === 'alarm.tested')).toHaveLength(1)
    expect(agent.test('zhao')).toHaveLength(3)
  })
})

describe('the way to the centre', () => {
  it('is the journal: sent when the alarm is written, delivered when the centre has committed it', async () => {
    const at = await open()
    const agent = at.start()
    agent.alarms.raise(HOT)
    await agent.pass(SECOND)
    const status = () => agent.list(HOT.id).find(({ channel }) => channel === 'centre')?.status
    expect(status()).toBe('sent')
    at.journal.markCommitted(at.journal.head())
    await agent.pass(SECOND)
    expect(status()).toBe('delivered')
  })
})
