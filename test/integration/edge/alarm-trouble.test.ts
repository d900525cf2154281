import { describe, expect, it } from 'vitest'
import { DAY, MINUTE, SECOND } from '#domain/time.ts'
import { HOT, notifierOfTest as open, until } from '#test/lib/edge-notifier.ts'

describe('a dead modem', () => {
  it('is an alarm of its own at once, tried again with patience, and over when a message goes out', async () => {
    const at = await open({ modem: { registered: false } })
    const agent = at.start()
    agent.alarms.raise(HOT)
    await agent.pass(SECOND)
    expect(agent.open()).toContain('sms-down')
    expect(at.texts()).toEqual([])
    const failures = () => at.evidence().filter(one => one.outcome === 'failed')
    expect(failures()).toMatchObject(Array(3).fill({ code: 'E_SMS_NO_NETWORK' }))
    for (let minute = 0; minute < 5; minute++) await agent.pass(MINUTE)
    // The same failure is no news.
    expect(failures()).toHaveLength(3)
    if (at.far) at.far.modem.state.registered = true
    await agent.pass(5 * MINUTE)
    expect(agent.open()).not.toContain('sms-down')
    expect(new Set(at.texts().map(one => one[0]))).toEqual(new Set(['1', '2', '3']))
    // Its own alarm never waits for the modem to tell of it.
    expect(agent.list('sms-down').map(({ channel }) => channel)).toEqual(['centre'])
  })

  it.each([
    ['whose card is out', { sim: 'absent' as const }],
    ['without a network', { registered: false }],
  ])('%s is found by asking it, before there is an alarm', async (_which, modem) => {
    const at = await open({ modem })
    const agent = at.start()
    await agent.checkModem()
    // It may have been powered just now.
    expect(agent.open()).toEqual([])
    await agent.checkModem()
    expect(agent.open()).toEqual(['sms-down'])
    expect(agent.alarms.list()[0]?.level).toBe('alarm')
  })

  it('with its line cut is found, and is over when it is back', async () => {
    const at = await open()
    const agent = at.start()
    await agent.checkModem()
    expect(agent.open()).toEqual([])
    await at.far?.served.unplug()
    await agent.checkModem()
    await agent.checkModem()
    expect(agent.open()).toEqual(['sms-down'])
    await at.far?.served.plug()
    await until('the modem to answer again', async () => {
      await agent.checkModem()
      return agent.open().length === 0
    })
  })
})

describe('a restart', () => {
  it('goes on with what was due, and tells nothing twice', async () => {
    const at = await open({ modem: { registered: false } })
    const first = at.start()
    first.alarms.raise(HOT)
    await first.pass(SECOND)
    await first.close()
    if (at.far) at.far.modem.state.registered = true
    const again = at.start()
    await again.pass(SECOND)
    expect(at.texts()).toHaveLength(3)
    const third = at.start()
    await third.pass(MINUTE)
    expect(at.texts()).toHaveLength(3)
    third.alarms.clear(HOT.id)
    await third.pass(2 * MINUTE)
    expect(at.texts().filter(one => one.includes('已恢复'))).toHaveLength(3)
  })

  it('forgets after three months what waits for nothing', async () => {
    const at = await open()
    const agent = at.start()
    agent.alarms.raise(HOT)
    await agent.pass(SECOND)
    at.clock.pass(91 * DAY)
    agent.alarms.acknowledge(HOT.id, 'wang', '已处理')
    at.start()
    expect(at.db.all('SELECT id FROM notices WHERE channel = ?', 'sms')).toEqual([])
    expect(agent.list().length).toBeGreaterThan(0)
    await agent.pass(0)
    expect(agent.list()).toEqual([])
  })
})

describe('a full disk', () => {
  it('does not keep the agent from starting', async () => {
    const at = await open()
    at.db.run('PRAGMA query_only = ON')
    const agent = at.start()
    agent.alarms.raise(HOT)
    await agent.pass(SECOND)
    expect(at.texts()).toHaveLength(3)
    at.db.run('PRAGMA query_only = OFF')
  })

  it('keeps no message back; what it did not take is written when it can', async () => {
    const at = await open()
    const agent = at.start()
    at.db.run('PRAGMA query_only = ON')
    agent.alarms.raise(HOT)
    await agent.pass(SECOND)
    expect(at.texts()).toHaveLength(3)
    expect(at.db.all('SELECT id FROM notices')).toEqual([])
    at.db.run('PRAGMA query_only = OFF')
    await agent.pass(10 * SECOND)
    expect(at.evidence().filter(one => one.outcome === 'sent')).toHaveLength(3)
    expect(at.db.all("SELECT id FROM notices WHERE channel = 'sms'")).toHaveLength(3)
    const again = at.start()
    await again.pass(MINUTE)
    expect(at.texts()).toHaveLength(3)
  })
})
