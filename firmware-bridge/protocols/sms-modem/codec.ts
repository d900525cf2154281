import { createFramer, type Framer, type Verdict } from '../../link/framing.ts'

/*
 * The line of a GSM modem (ITU-T V.250, 3GPP TS 27.005): commands `AT… CR`, answers in lines between CR LF, lines that
 * nobody asked for among them, and `> ` when the modem waits for a PDU, which Ctrl-Z ends and ESC gives up. There is no
 * checksum: a line is taken whole or not at all.
 */
const LF = 0x0a
const CR = 0x0d
const CTRL_Z = 0x1a
const ESC = 0x1b

/** A PDU has at most 12 + 164 octets, two digits each. */
const MAX_LINE = 512

const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'))

/** `command` as in the manuals, without its CR. */
export const buildCommand = (command: string): Uint8Array => bytesOf(`${command}\r`)

export const hexOf = (octets: Uint8Array): string => Buffer.from(octets).toString('hex').toUpperCase()

/** The PDU in hex and Ctrl-Z: from this byte on the message may be on its way. */
export const buildBody = (octets: Uint8Array): Uint8Array => Uint8Array.of(...bytesOf(hexOf(octets)), CTRL_Z)

/** Gives up a message that the modem waits for. Elsewhere it is ignored. */
export const buildCancel = (): Uint8Array => Uint8Array.of(ESC)

export type ModemSaid =
  | { readonly is: 'line'; readonly text: string }
  /** `> `: now the PDU. */
  | { readonly is: 'prompt' }
  /** CR or LF alone: the frame of answers. */
  | { readonly is: 'blank' }
  /** Too long, or no text: a modem that lost a byte, or another baud rate. */
  | { readonly is: 'garbled'; readonly bytes: number }

const TEXT = /^[\x20-\x7e]*$/

/** The longest line is not trusted: it is the end of a longer one. An echo may carry the keys that ended a message. */
const lineOf = (bytes: Uint8Array): ModemSaid => {
  const text = Buffer.from(bytes.filter(byte => byte !== CTRL_Z && byte !== ESC)).toString('latin1')
  return bytes.length < MAX_LINE - 1 && TEXT.test(text)
    ? { is: 'line', text: text.trimEnd() }
    : { is: 'garbled', bytes: bytes.length }
}

const isEnd = (byte: number): boolean => byte === CR || byte === LF

const look = (head: Uint8Array): Verdict<ModemSaid> => {
  const [first = 0, second] = head
  if (isEnd(first)) return { is: 'frame', length: 1, frame: { is: 'blank' } }
  if (first === 0x3e && second === undefined) return { is: 'more' }
  if (first === 0x3e && second === 0x20) return { is: 'frame', length: 2, frame: { is: 'prompt' } }
  const end = head.findIndex(isEnd)
  return end < 0 ? { is: 'more' } : { is: 'frame', length: end + 1, frame: lineOf(head.subarray(0, end)) }
}

/** What the modem says. */
export const createModemFramer = (): Framer<ModemSaid> => createFramer({ maxBytes: MAX_LINE, look })

/** A line as the modem frames it; for the emulator. */
export const buildLine = (text: string): Uint8Array => bytesOf(`\r\n${text}\r\n`)

/** For the emulator. */
export const buildPrompt = (): Uint8Array => bytesOf('\r\n> ')

export type HostSaid = { readonly is: 'command' | 'body' | 'cancelled'; readonly text: string }

const ENDS: ReadonlyMap<number, HostSaid['is']> = new Map([
  [CR, 'command'],
  [CTRL_Z, 'body'],
  [ESC, 'cancelled'],
])

/** What the modem hears; for the emulator. */
export const createHostFramer = (): Framer<HostSaid> =>
  createFramer({
    maxBytes: MAX_LINE,
    look: (head): Verdict<HostSaid> => {
      const end = head.findIndex(byte => ENDS.has(byte))
      if (end < 0) return { is: 'more' }
      const text = Buffer.from(head.subarray(0, end)).toString('latin1')
      return { is: 'frame', length: end + 1, frame: { is: ENDS.get(head[end] ?? CR) ?? 'command', text } }
    },
  })
