import { LineError } from '../../error.ts'
import type { Nothing } from './ears.ts'
import { type AtError, refusal } from './result-codes.ts'
import type { AskAt, AtAnswer, AtSession } from './session.ts'

/*
 * What a modem is asked before it may send (3GPP TS 27.005, TS 27.007). Every function rejects with E_NO_ANSWER,
 * E_MODEM_RESTARTED, E_MODEM_ANSWER (transient), E_MODEM_REFUSED, E_SIM_… by the modem's own number, or the line's error.
 */
const SYNC_TRIES = 3
const SYNC_MS = 1_000
const PIN_MS = 10_000
/** A fresh card takes three PINs; so many must be left for ours to be tried. */
const ALL_TRIES = 3

/** No answer where none was needed to be sure that nothing was sent. */
export const nothingHeard = (why: Nothing): LineError =>
  why === 'silent'
    ? new LineError('E_NO_ANSWER', {
        kind: 'transient',
        zh: '短信模块无应答',
        en: 'no answer from the modem',
      })
    : new LineError('E_MODEM_RESTARTED', {
        kind: 'transient',
        zh: '短信模块重新启动，短信未发送',
        en: 'the modem has restarted, the message was not sent',
      })

const oddAnswer = (command: string): LineError =>
  new LineError('E_MODEM_ANSWER', {
    kind: 'transient',
    zh: `短信模块对 ${command} 的应答看不懂`,
    en: `the modem’s answer to ${command} is not understood`,
  })

type Refused = { readonly is: 'error'; readonly error: AtError }

/** OK or the modem's refusal; no answer and a restart are errors. */
const answered = async (
  session: AtSession,
  command: string,
  options?: AskAt,
): Promise<Exclude<AtAnswer, { is: Nothing }>> => {
  const answer = await session.ask(command, options)
  if (answer.is === 'ok' || answer.is === 'error') return answer
  throw nothingHeard(answer.is)
}

const must = async (session: AtSession, command: string): Promise<void> => {
  const answer = await answered(session, command)
  if (answer.is === 'error') throw refusal(answer.error, 'E_MODEM_REFUSED')
}

/** What stands in the one line of the answer, by the groups of `shape`. */
const query = async (
  session: AtSession,
  command: string,
  shape: RegExp,
): Promise<RegExpExecArray | Refused> => {
  const answer = await answered(session, command, { info: shape })
  if (answer.is === 'error') return answer
  const match = shape.exec(answer.info.at(-1) ?? '')
  if (!match) throw oddAnswer(command)
  return match
}

/** Wakes the modem (it may be looking for the speed of the line, or wait for a message), echo off, errors as numbers. */
export const setUpLine = async (session: AtSession): Promise<void> => {
  await session.cancel()
  for (let tries = 1; ; tries++) {
    const answer = await session.ask('AT', { deadlineMs: SYNC_MS })
    if (answer.is === 'ok') break
    if (tries === SYNC_TRIES) throw nothingHeard(answer.is === 'restarted' ? 'restarted' : 'silent')
  }
  await must(session, 'ATE0')
  session.expectNoEcho()
  await must(session, 'AT+CMEE=1')
}

/** Reports at once by +CDS, received messages merely announced; modems differ in the first parameter. */
const INDICATIONS = ['AT+CNMI=2,1,0,1,0', 'AT+CNMI=1,1,0,1,0']

/** Asked again before each message: in text mode a modem would send the PDU's own digits, to a number made of its length. */
export const setPduMode = (session: AtSession): Promise<void> => must(session, 'AT+CMGF=0')

/** PDU mode, and reports without acknowledgement. A modem that cannot report sends all the same. */
export const setUpMessages = async (session: AtSession): Promise<void> => {
  await setPduMode(session)
  await answered(session, 'AT+CSMS=0', { info: /^\+CSMS:/ })
  for (const command of INDICATIONS) {
    if ((await answered(session, command)).is === 'ok') return
  }
}

/** Ways to ask how many PINs the card still takes: the standard's (TS 27.007 8.65), SIMCom's, Quectel's. */
const TRIES: readonly (readonly [command: string, shape: RegExp])[] = [
  ['AT+CPINR="SIM PIN"', /^\+CPINR: *"?SIM PIN"?, *(\d+)/],
  ['AT+SPIC', /^\+SPIC: *(\d+)/],
  ['AT+QPINC="SC"', /^\+QPINC: *"SC", *(\d+)/],
]

const triesLeft = async (session: AtSession): Promise<number | undefined> => {
  for (const [command, shape] of TRIES) {
    const answer = await query(session, command, shape)
    if (Array.isArray(answer)) return Number(answer[1])
  }
  return undefined
}

const pinError = (zh: string, en: string): LineError =>
  new LineError('E_SIM_PIN', { kind: 'permanent', zh, en })

/**
 * Three wrong PINs lock the card, and a program that is started again forgets what it tried. So the PIN is entered only
 * while the card itself says that no try has been spent: a wrong one costs one try, however often we come back.
 */
const enterPin = async (session: AtSession, pin: string | undefined): Promise<void> => {
  if (pin === undefined)
    throw pinError('SIM 卡要求 PIN，配置中没有', 'the SIM card wants a PIN, the plan has none')
  const left = await triesLeft(session)
  if (left === undefined || left < ALL_TRIES) {
    throw pinError(
      `PIN 未输入：${left === undefined ? '模块不能报告剩余次数' : `只剩 ${left} 次`}；请在手机上解锁或取消 PIN`,
      `PIN not entered: ${left === undefined ? 'the modem cannot tell the tries left' : `${left} tries left`}; unlock the card in a telephone or take its PIN off`,
    )
  }
  const answer = await answered(session, `AT+CPIN="${pin}"`, { deadlineMs: PIN_MS })
  if (answer.is === 'error') throw refusal(answer.error, 'E_SIM_PIN')
}

/** Rejects unless the card is ready; enters its PIN where it wants one. */
export const readySim = async (session: AtSession, pin: string | undefined): Promise<void> => {
  const answer = await query(session, 'AT+CPIN?', /^\+CPIN: *(.+)$/)
  if (!Array.isArray(answer)) throw refusal(answer.error, 'E_SIM_NOT_READY')
  const [, state = ''] = answer
  if (state === 'READY') return
  if (state === 'SIM PIN') return enterPin(session, pin)
  if (state === 'SIM PUK') throw refusal({ of: 'cme', number: 12 }, 'E_SIM_PUK')
  throw new LineError('E_SIM_NOT_READY', {
    kind: 'permanent',
    zh: `SIM 卡要求 ${state}`,
    en: `the SIM card wants ${state}`,
  })
}

/** 1 home, 5 roaming, 6 and 7 the same for messages only (TS 27.007 7.2). */
const REGISTERED = new Set(['1', '5', '6', '7'])

/** At the network, old or LTE. The second field tells an answer from `+CREG: 1` that nobody asked for. */
export const isRegistered = async (session: AtSession): Promise<boolean> => {
  for (const name of ['CREG', 'CEREG']) {
    const answer = await query(session, `AT+${name}?`, new RegExp(`^\\+${name}: *\\d, *(\\d{1,2})(?:,|$)`))
    if (Array.isArray(answer) && REGISTERED.has(answer[1] ?? '')) return true
  }
  return false
}

/** dBm (TS 27.007 8.5); undefined when the modem does not know. */
export const signalOf = async (session: AtSession): Promise<number | undefined> => {
  const answer = await query(session, 'AT+CSQ', /^\+CSQ: *(\d{1,3}),/)
  const step = Array.isArray(answer) ? Number(answer[1]) : 99
  return step <= 31 ? -113 + 2 * step : undefined
}

/** Whether the card knows its service centre; without one every message fails. */
export const hasCentre = async (session: AtSession): Promise<boolean> => {
  const answer = await query(session, 'AT+CSCA?', /^\+CSCA: *"([^"]*)"/)
  // A card that is busy knows its centre all the same.
  if (!Array.isArray(answer)) throw refusal(answer.error, 'E_MODEM_REFUSED')
  return answer[1] !== ''
}
