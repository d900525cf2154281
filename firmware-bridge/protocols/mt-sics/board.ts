import { LineError, type LineErrorKind } from '../../error.ts'
import type { Conversation } from '../../link/conversation.ts'
import { type Asked, buildCommand, type Command, type Reply } from './codec.ts'

/**
 * One scale on a line of its own. Every call rejects with E_NO_ANSWER (transient), or by what the scale says:
 * E_SCALE_BUSY, E_SCALE_OVERLOAD, E_SCALE_UNDERLOAD, E_SCALE_GARBLED (transient), E_SCALE_REFUSED, E_SCALE_UNIT (permanent).
 */
export interface MtSicsScale {
  /** The net weight now, in grams, and whether it rests. */
  read(): Promise<{ readonly grams: number; readonly stable: boolean }>
  /** Sets zero as soon as the pan rests. */
  zero(): Promise<void>
  /** Tares as soon as the pan rests; the tare in grams. */
  tare(): Promise<number>
  /** Takes zero and tare back; the serial number. */
  reset(): Promise<string>
}

const READ_DEADLINE_MS = 500
/** A scale waits this long for its pan to rest before it gives up. */
const SETTLE_DEADLINE_MS = 5_000

type Fault = readonly [code: string, kind: LineErrorKind, zh: string, en: string]

const REFUSALS: Readonly<Record<'I' | 'L' | '+' | '-', Fault>> = {
  I: ['E_SCALE_BUSY', 'transient', '秤未稳定或正忙', 'the scale is not at rest or busy'],
  L: ['E_SCALE_REFUSED', 'permanent', '秤不接受该参数', 'the scale refused the parameter'],
  '+': ['E_SCALE_OVERLOAD', 'transient', '秤超载', 'the scale is overloaded'],
  '-': ['E_SCALE_UNDERLOAD', 'transient', '秤低于量程（托盘未放好？）', 'the scale is below its range'],
}

const ERRORS: Readonly<Record<'ES' | 'ET' | 'EL', Fault>> = {
  ES: ['E_SCALE_REFUSED', 'permanent', '秤不认识该指令', 'the scale does not know the command'],
  ET: ['E_SCALE_GARBLED', 'transient', '秤收到的指令有误码', 'the command reached the scale garbled'],
  EL: ['E_SCALE_REFUSED', 'permanent', '秤无法执行该指令', 'the scale cannot carry out the command'],
}

const thrown = ([code, kind, zh, en]: Fault): LineError => new LineError(code, { kind, zh, en })

/** What the reply to `asked` says against it. */
const faultIn = (reply: Reply, asked?: Asked): LineError | undefined => {
  if (reply.is === 'error') return thrown(ERRORS[reply.error])
  if (reply.is === 'refused' && reply.of === asked) return thrown(REFUSALS[reply.why])
  if (reply.is !== 'unit' || reply.of !== asked) return undefined
  const { unit } = reply
  return thrown(['E_SCALE_UNIT', 'permanent', `秤的单位不是质量：${unit}`, `no unit of mass: ${unit}`])
}

type Request<T> = {
  readonly command: Command
  readonly asked?: Asked
  /** What is wanted out of the reply; undefined when it is none to this command. */
  readonly pick: (reply: Reply) => T | undefined
}

/** Asks once, or again for a mere reading. */
const askScale = async <T>(
  conversation: Conversation<Reply>,
  { command, asked, pick }: Request<T>,
): Promise<T> => {
  const reading = command === 'now'
  const reply = await conversation.ask(buildCommand(command), {
    match: each => pick(each) !== undefined || faultIn(each, asked) !== undefined,
    deadlineMs: reading ? READ_DEADLINE_MS : SETTLE_DEADLINE_MS,
    retries: reading ? 2 : 0,
  })
  const picked = pick(reply)
  if (picked === undefined) throw faultIn(reply, asked)
  return picked
}

const weightOf = (of: 'S' | 'T') => (reply: Reply) =>
  reply.is === 'weight' && reply.of === of ? { grams: reply.grams, stable: reply.stable } : undefined

export const createMtSicsScale = (conversation: Conversation<Reply>): MtSicsScale => ({
  read: () => askScale(conversation, { command: 'now', asked: 'S', pick: weightOf('S') }),
  zero: async () => {
    await askScale(conversation, {
      command: 'zero',
      asked: 'Z',
      pick: reply => (reply.is === 'zeroed' ? reply : undefined),
    })
  },
  tare: async () =>
    (await askScale(conversation, { command: 'tare', asked: 'T', pick: weightOf('T') })).grams,
  reset: () =>
    askScale(conversation, {
      command: 'reset',
      pick: reply => (reply.is === 'serial' ? reply.serial : undefined),
    }),
})
