import { LineError } from '../../error.ts'
import type { ConversationStats } from '../../link/conversation.ts'
import type { Line } from '../../link/line.ts'
import { addressField } from './address.ts'
import { keepReady, type ReadyOptions } from './ready.ts'
import { createReports, type DeliveryReport } from './reports.ts'
import { refusal } from './result-codes.ts'
import type { AtSession, Submitted } from './session.ts'
import { hasCentre, isRegistered, nothingHeard, setPduMode, signalOf } from './setup.ts'
import { buildSubmit } from './submit.ts'
import { type TextPart, textParts } from './text.ts'

/** One modem on a line of its own. It is set up before the first call, and again after it or its line began anew. */
export interface GsmModem {
  /**
   * Hands a text to the network, in parts where it is long; the references by which reports come. Rejects before
   * anything went out with E_SMS_NUMBER, E_SMS_TEXT, E_SMS_NO_CENTRE (permanent), E_SMS_NO_NETWORK, E_NO_ANSWER,
   * E_MODEM_… (transient), E_SIM_… or E_SMS_REFUSED (kind by the modem's number); with E_SMS_UNCERTAIN or E_SMS_PARTIAL
   * (ambiguous) when the message, or a part of it, may have gone out: never sent again by itself.
   */
  send(message: {
    readonly to: string
    readonly text: string
  }): Promise<{ readonly references: readonly number[] }>
  /** One for each reference, some time after. A report is lost when this program or the modem ends meanwhile. */
  onReport(listener: (report: DeliveryReport) => void): () => void
  /** Rejects only when the modem cannot be asked; a card that is not ready is no error here. `signal` in dBm. */
  health(): Promise<{ readonly registered: boolean; readonly signal?: number; readonly simReady: boolean }>
  stats(): ConversationStats
  /** Ends listening; the line itself belongs to who opened it. */
  close(): void
}

export type GsmModemOptions = ReadyOptions & {
  /** How long the network keeps a message for a telephone that is off. Default: a day. */
  readonly validityMinutes?: number
  /** Marks the parts of the first long message; counted on. */
  readonly firstConcatenation?: number
}

const missing = (code: string, kind: 'transient' | 'permanent', zh: string, en: string): LineError =>
  new LineError(code, { kind, zh, en })

const uncertain = (at: number, total: number): LineError => {
  const part =
    total > 1 ? { zh: `第 ${at + 1}/${total} 条`, en: ` part ${at + 1} of ${total}` } : { zh: '', en: '' }
  return new LineError('E_SMS_UNCERTAIN', {
    kind: 'ambiguous',
    zh: `短信${part.zh}已交给模块，未见结果，可能已发出`,
    en: `the modem got the message${part.en} and did not say what became of it: it may have gone out`,
  })
}

/** Why part `at` of `total` did not go out: whatever it is, with others out the message cannot be sent again. */
const notOut = (cause: unknown, at: number, total: number): unknown => {
  if (at === 0) return cause
  const why = cause instanceof LineError ? cause.wording : { zh: '线路故障', en: 'the line failed' }
  return new LineError('E_SMS_PARTIAL', {
    kind: 'ambiguous',
    zh: `只发出 ${at}/${total} 条：${why.zh}`,
    en: `only ${at} of ${total} parts went out: ${why.en}`,
    cause,
  })
}

const failure = (result: Exclude<Submitted, { is: 'taken' | 'uncertain' }>): LineError =>
  result.is === 'refused' ? refusal(result.error, 'E_SMS_REFUSED') : nothingHeard(result.why)

const isSim = (error: unknown): boolean => error instanceof LineError && error.code.startsWith('E_SIM_')

const checkNetwork = async (session: AtSession): Promise<void> => {
  if (!(await hasCentre(session)))
    throw missing(
      'E_SMS_NO_CENTRE',
      'permanent',
      'SIM 卡没有短信中心号码',
      'the SIM card knows no service centre',
    )
  // Without a network a modem keeps a message for minutes and leaves it unknown what became of it.
  if (!(await isRegistered(session)))
    throw missing(
      'E_SMS_NO_NETWORK',
      'transient',
      '模块未注册到网络',
      'the modem is not registered at a network',
    )
}

export const createGsmModem = (line: Line, options: GsmModemOptions): GsmModem => {
  const { clock, validityMinutes = 24 * 60 } = options
  const reports = createReports()
  const modem = keepReady(line, options, reports.take)
  const { session, take, prepare } = modem
  let concatenation = options.firstConcatenation ?? Math.floor(Math.random() * 256)

  const handOver = async (to: string, parts: readonly TextPart[]): Promise<readonly number[]> => {
    const references: number[] = []
    for (const [at, part] of parts.entries()) {
      const total = parts.length
      const pdu = buildSubmit({ to, part, report: true, validityMinutes })
      const result = await session.submit(pdu).catch((error: unknown) => {
        throw notOut(error, at, total)
      })
      if (result.is === 'uncertain') throw uncertain(at, total)
      if (result.is !== 'taken') throw notOut(failure(result), at, total)
      reports.await(result.reference, to)
      references.push(result.reference)
    }
    return references
  }
  return {
    send: async ({ to, text }) => {
      addressField(to)
      const parts = textParts(text, concatenation)
      if (parts.length > 1) concatenation += 1
      return take(async () => {
        await prepare()
        await checkNetwork(session)
        await setPduMode(session)
        reports.hold()
        try {
          return { references: await handOver(to, parts) }
        } finally {
          // After the caller, who waits for the references.
          clock.after(0, reports.release)
        }
      })
    },
    onReport: reports.onReport,
    health: () =>
      take(async () => {
        const simReady = await prepare().then(
          () => true,
          (error: unknown) => {
            if (isSim(error)) return false
            throw error
          },
        )
        const registered = await isRegistered(session)
        const signal = await signalOf(session)
        return { registered, simReady, ...(signal === undefined ? {} : { signal }) }
      }),
    stats: session.stats,
    close: modem.close,
  }
}
