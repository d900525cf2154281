import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MINUTE, SECOND } from '#domain/time.ts'
import { hearMail, hearWebhook, openNotifier, THREE } from '#test/lib/edge-notifier.ts'

const SECRET = 'a-secret-of-the-county'
const HOT = {
  id: 'excursion-F1-hot',
  kind: 'excursion',
  level: 'alarm',
  zh: '1号冰箱超温',
  en: 'too warm',
} as const

let hook: Awaited<ReturnType<typeof hearWebhook>>
let mail: Awaited<ReturnType<typeof hearMail>>
let at: Awaited<ReturnType<typeof openNotifier>>
beforeEach(async () => {
  hook = await hearWebhook()
  mail = await hearMail()
})
afterEach(async () => {
  await at.end()
  await hook.close()
  await mail.close()
})

const NOBODY = { ...THREE, people: [] }
const email = () => ({
  ...{ host: '127.0.0.1', port: mail.port, secure: false },
  ...{ from: 'yaogui@example.cn', to: ['lead@example.cn', 'duty@example.cn'] },
})
const of = (channel: string) => at.evidence().filter(one => one.channel === channel)

describe('a webhook', () => {
  it('gets each message as JSON that its secret proves, and its answer is the delivery', async () => {
    at = await openNotifier({ config: { ...NOBODY, webhook: { url: hook.url, secret: SECRET } } })
    const agent = at.start()
    agent.alarms.raise(HOT)
    await agent.pass(SECOND)
    const [first] = hook.heard.filter(({ body }) => JSON.parse(body).alarm === HOT.id)
    expect(JSON.parse(first?.body ?? '')).toMatchObject({
      ...{ site: 'heping', siteName: '和平镇卫生院药房', alarm: HOT.id, kind: 'excursion', level: 'alarm' },
      ...{ what: 'raised', zh: '1号冰箱超温', en: 'too warm', raisedAt: '2026-11-22T02:00:00.000Z' },
    })
    const [, seconds, signature] =
      /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(first?.headers['x-yaogui-signature'])) ?? []
    const proof = createHmac('sha256', SECRET).update(`${seconds}.${first?.body}`).digest('hex')
    expect(signature).toBe(proof)
    expect(of('webhook')).toContainEqual(expect.objectContaining({ alarm: HOT.id, outcome: 'delivered' }))
  })

  it('that fails is tried again with the same key, later and later', async () => {
    at = await openNotifier({ config: { ...THREE, webhook: { url: hook.url } } })
    const agent = at.start()
    hook.answers.push(503, 429)
    agent.alarms.raise(HOT)
    await agent.pass(SECOND)
    expect(hook.heard).toHaveLength(1)
    await agent.pass(9 * SECOND)
    expect(hook.heard).toHaveLength(1)
    await agent.pass(SECOND)
    expect(hook.heard).toHaveLength(2)
    await agent.pass(20 * SECOND)
    expect(hook.heard).toHaveLength(3)
    expect(new Set(hook.heard.map(({ headers }) => headers['idempotency-key'])).size).toBe(1)
    expect(of('webhook').map(one => [one.outcome, one.code])).toEqual([
      ['failed', 'E_WEBHOOK'],
      ['delivered', null],
    ])
  })

  it.each([404, 302])(
    'that answers %i is given up: the kiosk says so, and the next message that arrives ends that',
    async status => {
      at = await openNotifier({ config: { ...THREE, webhook: { url: hook.url } } })
      const agent = at.start()
      hook.answers.push(status)
      agent.alarms.raise(HOT)
      await agent.pass(SECOND)
      await agent.pass(5 * MINUTE)
      expect(hook.heard).toHaveLength(1)
      expect(agent.open()).toContain('notify-failed-webhook')
      await agent.pass(30 * MINUTE)
      expect(agent.open()).not.toContain('notify-failed-webhook')
    },
  )

  it('was told of the alarm before a dead modem is even given up, and of the modem too', async () => {
    at = await openNotifier({
      modem: { registered: false },
      config: { ...THREE, webhook: { url: hook.url } },
    })
    const agent = at.start()
    agent.alarms.raise(HOT)
    await agent.pass(SECOND)
    await agent.pass(SECOND)
    expect(hook.heard.map(({ body }) => JSON.parse(body).alarm)).toEqual([HOT.id, 'sms-down'])
    expect(at.texts()).toEqual([])
  })
})

describe('e-mail', () => {
  it('reaches everybody in Chinese; sent is the mail server’s word', async () => {
    at = await openNotifier({ config: { ...NOBODY, email: email() } })
    const agent = at.start()
    agent.alarms.raise(HOT)
    await agent.pass(SECOND)
    const found = mail.mails.find(text => text.includes('excursion') || text.includes('lead@example.cn'))
    expect(found).toMatch(/To: lead@example\.cn, duty@example\.cn/)
    expect(found).toMatch(/Message-ID: <heping-\d+-[0-9a-z]+@heping\.yaogui>/i)
    expect(of('email')).toContainEqual(expect.objectContaining({ alarm: HOT.id, outcome: 'sent' }))
  })

  it('that the server refuses for good is given up, one that it puts off is tried again', async () => {
    at = await openNotifier({ config: { ...THREE, email: email() } })
    const agent = at.start()
    mail.state.refuse = '451 later'
    agent.alarms.raise(HOT)
    await agent.pass(SECOND)
    mail.state.refuse = undefined
    await agent.pass(10 * SECOND)
    expect(of('email').map(({ outcome }) => outcome)).toEqual(['failed', 'sent'])
    mail.state.refuse = '550 never'
    agent.alarms.raise({ ...HOT, id: 'excursion-F2-hot' })
    await agent.pass(SECOND)
    await agent.pass(10 * SECOND)
    expect(of('email').filter(one => one.alarm === 'excursion-F2-hot')).toMatchObject([
      { outcome: 'failed', code: 'E_MAIL' },
    ])
    expect(agent.open()).toContain('notify-failed-email')
  })
})
