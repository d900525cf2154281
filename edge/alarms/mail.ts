import { createTransport } from 'nodemailer'
import { type ErrorKind, YaoguiError } from '#domain/error.ts'
import { SECOND } from '#domain/time.ts'
import type { NotifyConfig } from './notify-config.ts'
import type { Sender } from './senders.ts'

const TIMEOUT_MS = 20 * SECOND

type Email = NonNullable<NotifyConfig['email']>

export const mailLabel = ({ to }: Email): string => to.join(', ')

/** A reply of 5xx (RFC 5321) is the server's last word; so is a login it refuses. */
const kindOf = (error: unknown): ErrorKind => {
  const { responseCode, code } = error as { readonly responseCode?: number; readonly code?: string }
  return code === 'EAUTH' || (responseCode ?? 0) >= 500 ? 'permanent' : 'transient'
}

/** "Sent" is the mail server's word; what becomes of it after that is not told. A second try keeps its Message-ID. */
export const mailSender = (email: Email): Sender => {
  const { host, port, secure, user, password, from, to } = email
  const transport = createTransport({
    ...{ host, port, secure },
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    ...{ connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS },
  })
  return {
    repeatable: true,
    send: async ({ key, site, text, siteName, what, level }) => {
      const head = what === 'recovered' ? '已恢复' : level === 'alarm' ? '报警' : '提醒'
      try {
        await transport.sendMail({
          from,
          to: [...to],
          subject: `【药柜】${siteName}${what === 'test' ? '报警测试' : head}`,
          text,
          messageId: `<${key}@${site}.yaogui>`,
        })
        return { outcome: 'sent', refs: [] }
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause)
        throw new YaoguiError('E_MAIL', {
          kind: kindOf(cause),
          zh: `邮件未能发出：${why}`,
          en: `the e-mail did not go out: ${why}`,
          cause,
        })
      }
    },
  }
}
