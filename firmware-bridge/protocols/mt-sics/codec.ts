import { createFramer, type Framer, type Verdict } from '../../link/framing.ts'

/*
 * MT-SICS of Mettler-Toledo, levels 0 and 1: lines of ASCII ended CR LF, fields parted by white space. There is no checksum:
 * a line is taken whole or not at all, and its tail is never read as a line of its own.
 */
const LF = 0x0a
const MAX_LINE = 80

/** What is asked of a scale, by its letters on the wire. */
export const COMMANDS = {
  /** The weight as soon as it rests. */
  stable: 'S',
  /** The weight now, resting or not. */
  now: 'SI',
  /** The weight now and again and again, until any other command. */
  repeat: 'SIR',
  zero: 'Z',
  tare: 'T',
  /** As after power-on: the tare is gone. */
  reset: '@',
  serial: 'I4',
} as const

export type Command = keyof typeof COMMANDS

const ascii = (text: string): Uint8Array => Uint8Array.from(Buffer.from(`${text}\r\n`, 'latin1'))

/** `S CR LF` and so on; there is nothing but the name that could be wrong. */
export const buildCommand = (command: Command): Uint8Array => ascii(COMMANDS[command])

/** Whose answer it is: a weight (S, SI, SIR), zero or tare. */
export type Asked = 'S' | 'Z' | 'T'

export type Reply =
  | { readonly is: 'weight'; readonly of: 'S' | 'T'; readonly grams: number; readonly stable: boolean }
  | { readonly is: 'zeroed' }
  | { readonly is: 'serial'; readonly serial: string }
  /** I: not executable now; L: bad parameter; + and -: above and below the range. */
  | { readonly is: 'refused'; readonly of: Asked; readonly why: 'I' | 'L' | '+' | '-' }
  /** A weight in a unit that is no mass of ours. */
  | { readonly is: 'unit'; readonly of: 'S' | 'T'; readonly unit: string }
  /** ES: not understood; ET: garbled on the way; EL: not executable. */
  | { readonly is: 'error'; readonly error: 'ES' | 'ET' | 'EL' }
  /** A whole line that is none of these. */
  | { readonly is: 'unknown'; readonly line: string }

const GRAMS: ReadonlyMap<string, number> = new Map([
  ['mg', 0.001],
  ['g', 1],
  ['kg', 1000],
])

const weight = (of: 'S' | 'T', [, state, value = '', unit = '']: RegExpExecArray): Reply => {
  const factor = GRAMS.get(unit)
  if (factor === undefined) return { is: 'unit', of, unit }
  // Decimal places leave binary dust behind; no scale of ours resolves a millionth of a gram.
  // Plus 0, as a scale's `-0.00` is no number of its own.
  const grams = Math.round(Number(value) * factor * 1e6) / 1e6 + 0
  return { is: 'weight', of, grams, stable: state === 'S' }
}

const WEIGHT = /^[ST]\s+([SD])\s+([+-]?\d{1,12}(?:\.\d{1,8})?)\s+(\S{1,8})\s*$/
const REFUSED = /^([SZT])\s+([IL+-])\s*$/
const SERIAL = /^I4\s+A\s+"([^"]*)"\s*$/

/** Never throws; what fits nothing is `unknown`. */
const parseLine = (line: string): Reply => {
  const weighed = WEIGHT.exec(line)
  if (weighed) return weight(line.startsWith('T') ? 'T' : 'S', weighed)
  const refused = REFUSED.exec(line)
  if (refused) return { is: 'refused', of: refused[1] as Asked, why: refused[2] as 'I' }
  if (/^Z\s+A\s*$/.test(line)) return { is: 'zeroed' }
  const [, serial] = SERIAL.exec(line) ?? []
  if (serial !== undefined) return { is: 'serial', serial }
  if (line === 'ES' || line === 'ET' || line === 'EL') return { is: 'error', error: line }
  return { is: 'unknown', line }
}

const lineOf = (reply: Exclude<Reply, { is: 'unit' | 'unknown' }>): string => {
  switch (reply.is) {
    case 'weight': {
      const value = reply.grams.toFixed(2).padStart(10)
      return `${reply.of} ${reply.stable ? 'S' : 'D'} ${value} g`
    }
    case 'zeroed':
      return 'Z A'
    case 'serial':
      return `I4 A "${reply.serial}"`
    case 'refused':
      return `${reply.of} ${reply.why}`
    case 'error':
      return reply.error
  }
}

/** The reply as a scale with hundredths of a gram sends it, the value in ten places; for the emulator. */
export const buildReply = (reply: Exclude<Reply, { is: 'unit' | 'unknown' }>): Uint8Array =>
  ascii(lineOf(reply))

/** One line up to its CR LF. The longest one is not trusted: it is the end of a longer one. */
const lookForLine =
  <F>(read: (line: string) => F) =>
  (head: Uint8Array): Verdict<F> => {
    const end = head.indexOf(LF)
    if (end < 0) return { is: 'more' }
    const line = Buffer.from(head.subarray(0, end)).toString('latin1')
    const whole = line.endsWith('\r') && end < MAX_LINE - 1
    return { is: 'frame', length: end + 1, frame: read(whole ? line.slice(0, -1) : `…${line}`) }
  }

/** What the master hears. */
export const createReplyFramer = (): Framer<Reply> =>
  createFramer({ maxBytes: MAX_LINE, look: lookForLine(parseLine) })

const NAMES: ReadonlyMap<string, Command> = new Map(
  (Object.keys(COMMANDS) as Command[]).map(name => [COMMANDS[name], name]),
)

/** What a scale hears, `unknown` for anything else; for the emulator. */
export const createCommandFramer = (): Framer<Command | 'unknown'> =>
  createFramer({ maxBytes: MAX_LINE, look: lookForLine(line => NAMES.get(line) ?? 'unknown') })
