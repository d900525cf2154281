import { createServer, type IncomingHttpHeaders } from 'node:http'
import { type AddressInfo, createServer as createTcp } from 'node:net'
import pino from 'pino'
import { onTestFinished } from 'vitest'
import { createAlarms } from '#edge/alarms/alarms.ts'
import { createNotifier } from '#edge/alarms/notifier.ts'
import type { NotifyConfig } from '#edge/alarms/notify-config.ts'
import { goodManners, serveTcp } from '#firmware-bridge/emulator/far-end.ts'
import { emulatedModem, type ModemState } from '#firmware-bridge/emulator/sms-modem.ts'
import { openHardware } from '#hardware/drivers/open.ts'
import { checkPlan } from '#hardware/plan-check.ts'
import type { SmsModem } from '#hardware/ports.ts'
import { openJournal, temporaryDir } from './edge-journal.ts'
import { until } from './hardware-wait.ts'

const person = (name: string, digit: number, ...steps: readonly number[]) => ({
  name,
  phone: `+861380013800${digit}`,
  steps: [...steps],
})

export const THREE: NotifyConfig = {
  people: [person('王秀兰', 1, 1), person('李建国', 2, 1), person('陈静', 3, 1)],
  escalationMinutes: 10,
  reminderMinutes: 30,
  spacingMinutes: 10,
}

/** An emulated modem on a wire, and the real driver at it. */
const openModem = async (state: Partial<ModemState>) => {
  const modem = emulatedModem({ state })
  const manners = goodManners()
  const served = await serveTcp({ createFarEnd: modem.createFarEnd, manners })
  const checked = checkPlan({
    version: 1,
    lines: [{ id: 'gsm', type: 'tcp', host: '127.0.0.1', port: served.port }],
    drawers: [],
    thermometers: [],
    smsModem: { line: 'gsm' },
  })
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems))
  const log = { info: () => {}, warn: () => {} }
  const hardware = await openHardware(checked.plan, { clock: () => new Date(), log })
  return {
    modem,
    manners,
    served,
    sms: hardware.sms,
    close: async () => {
      await hardware.close()
      await served.close()
    },
  }
}

type Given = {
  readonly config?: NotifyConfig | null
  readonly modem?: Partial<ModemState> | null
  readonly trusted?: () => boolean
  /** In place of the emulated modem. */
  readonly sms?: SmsModem
}

/** A journal, a modem and the notifier over both; `start` again stands for a restart of the agent. Its clock is the test's. */
export const openNotifier = async ({ config = THREE, modem = {}, trusted = () => true, sms }: Given = {}) => {
  const dir = temporaryDir()
  const held = openJournal(dir.path, trusted)
  const far = modem === null || sms ? undefined : await openModem(modem)
  const running = new Set<ReturnType<typeof createNotifier>>()
  const start = () => {
    const alarms = createAlarms(held)
    const notifier = createNotifier({
      ...held,
      config: {
        site: 'heping',
        name: '和平镇卫生院药房',
        ...(config === null ? {} : { notify: config }),
      },
      alarms,
      log: pino({ level: 'silent' }),
      sms: sms ?? far?.sms,
      measured: ({ kind }) => (kind === 'excursion' ? '现 9.2 °C' : undefined),
      onChange: () => {},
    })
    running.add(notifier)
    notifier.start()
    /** Turns the clock, and waits until nothing is in anybody's hands. */
    const pass = async (ms: number): Promise<void> => {
      held.clock.pass(ms)
      notifier.tick()
      await notifier.idle()
    }
    return {
      ...notifier,
      alarms,
      pass,
      open: () =>
        alarms
          .list()
          .filter(({ clearedAt }) => clearedAt === null)
          .map(({ id }) => id),
      close: () => {
        running.delete(notifier)
        return notifier.close()
      },
    }
  }
  return {
    ...held,
    path: dir.path,
    far,
    start,
    texts: () => far?.modem.messages().map(({ to, text }) => `${to.slice(-1)} ${text}`) ?? [],
    evidence: () =>
      held.journal
        .read(0, 10_000)
        .filter(({ kind }) => kind === 'alarm.notified')
        .map(({ data }) => JSON.parse(data)),
    end: async () => {
      for (const notifier of running) await notifier.close()
      await far?.close()
      held.close()
      dir.remove()
    },
  }
}

/** The same for one test, after which all of it is closed. */
export const notifierOfTest: typeof openNotifier = async given => {
  const opened = await openNotifier(given)
  onTestFinished(opened.end)
  return opened
}

export const HOT = {
  id: 'excursion-F1-hot',
  kind: 'excursion',
  level: 'alarm',
  zh: '1号冰箱高于 8 °C已达 60 分钟',
  en: '…',
} as const

export type Heard = { readonly headers: IncomingHttpHeaders; readonly body: string }

/** A web server that hears messages and answers as told. */
export const hearWebhook = async () => {
  const heard: Heard[] = []
  const answers: number[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    heard.push({ headers: request.headers, body })
    response.writeHead(answers.shift() ?? 204).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    heard,
    /** HTTP statuses of the next answers; 204 after them. */
    answers,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** A mail server that takes whatever it is given (RFC 5321), or refuses each message with `refuse`. */
export const hearMail = async () => {
  const mails: string[] = []
  const state = { refuse: undefined as string | undefined }
  const server = createTcp(socket => {
    let rest = ''
    let data = false
    socket.on('error', () => {})
    socket.write('220 test\r\n')
    const command = (line: string): void => {
      if (/^(EHLO|HELO)/.test(line)) socket.write('250 test\r\n')
      else if (line === 'DATA') {
        data = true
        mails.push('')
        socket.write('354 go\r\n')
      } else if (line === 'QUIT') socket.end('221 bye\r\n')
      else socket.write(line.startsWith('MAIL') && state.refuse ? `${state.refuse}\r\n` : '250 ok\r\n')
    }
    const take = (line: string): void => {
      if (!data) {
        command(line)
        return
      }
      data = line !== '.'
      if (data) mails.push(`${mails.pop() ?? ''}${line}\n`)
      else socket.write('250 taken\r\n')
    }
    socket.setEncoding('utf8').on('data', text => {
      const lines = (rest + text).split('\r\n')
      rest = lines.pop() ?? ''
      lines.forEach(take)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    mails,
    state,
    port: (server.address() as AddressInfo).port,
    close: () => new Promise<void>(resolve => void server.close(() => resolve())),
  }
}

export { until }
