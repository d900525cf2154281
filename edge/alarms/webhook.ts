import { createHmac } from 'node:crypto'
import { type ErrorKind, YaoguiError } from '#domain/error.ts'
import { SECOND } from '#domain/time.ts'
import type { EdgeClock } from '../clock.ts'
import type { NotifyConfig } from './notify-config.ts'
import type { Outgoing, Sender } from './senders.ts'

const TIMEOUT_MS = 10 * SECOND

type Webhook = NonNullable<NotifyConfig['webhook']>

export const hostOf = ({ url }: Webhook): string => new URL(url).host

const failed = (kind: ErrorKind, why: string, cause?: unknown): YaoguiError =>
  new YaoguiError('E_WEBHOOK', { kind, zh: `网络通知失败：${why}`, en: `the webhook failed: ${why}`, cause })

/** 408 and 429 ask for another try; any other 4xx, and a redirection, would fail the same way again. */
const kindOf = (status: number): ErrorKind =>
  status >= 500 || status === 408 || status === 429 ? 'transient' : 'permanent'

const bodyOf = (message: Outgoing): string => {
  const { key, site, siteName, alarm, kind, level, what, step, words, text, raisedAt, at } = message
  return JSON.stringify({
    ...{ id: key, site, siteName, alarm, kind, level, what, step, zh: words.zh, en: words.en, text },
    ...{ raisedAt, at },
  })
}

/** `t=<seconds>,v1=<hex of HMAC-SHA-256 over "t.body">`: who knows the secret can tell it is ours, and how old. */
const signatureOf = (body: string, secret: string, seconds: number): string =>
  `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`

/** POSTs each message as JSON; 2xx is delivery. The same `Idempotency-Key` at every try. */
export const webhookSender = (webhook: Webhook, clock: EdgeClock): Sender => ({
  repeatable: true,
  send: async message => {
    const body = bodyOf(message)
    const { secret } = webhook
    const seconds = Math.floor(clock.now().getTime() / SECOND)
    const given = new AbortController()
    const cancel = clock.after(TIMEOUT_MS, () => given.abort())
    try {
      const answer = await fetch(webhook.url, {
        method: 'POST',
        redirect: 'manual',
        signal: given.signal,
        headers: {
          'content-type': 'application/json',
          'idempotency-key': message.key,
          ...(secret === undefined ? {} : { 'x-yaogui-signature': signatureOf(body, secret, seconds) }),
        },
        body,
      })
      await answer.body?.cancel()
      if (!answer.ok) throw failed(kindOf(answer.status), `HTTP ${answer.status}`)
      return { outcome: 'delivered', refs: [] }
    } catch (error) {
      throw error instanceof YaoguiError ? error : failed('transient', 'no answer', error)
    } finally {
      cancel()
    }
  },
})
