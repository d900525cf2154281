import { createFramer, type Framer, type Verdict } from '../../link/framing.ts'
import { GS, type Gs1, parseGs1 } from './gs1.ts'

/*
 * Serial scanners: codes in ASCII ended CR, LF or CR LF, perhaps led by an AIM symbology identifier (]C1 GS1-128,
 * ]d2 GS1 DataMatrix; ISO/IEC 15424). Answers to the trigger command stand anywhere in the same stream.
 */
const CR = 0x0d
const LF = 0x0a
/** A patient's slip (`RX1:`) has 784 characters and more; nothing printed on a pack comes near. */
const MAX_LINE = 2048

const TRIGGER = Uint8Array.of(0x7e, 0x00, 0x08, 0x01, 0x00, 0x02, 0x01, 0xab, 0xcd)
const TRIGGER_REPLY = Uint8Array.of(0x02, 0x00, 0x00, 0x01, 0x00, 0x33, 0x31)

/** Starts one scan, as the button does. */
export const buildTrigger = (): Uint8Array => TRIGGER.slice()

/** For the emulator. */
export const buildTriggerReply = (): Uint8Array => TRIGGER_REPLY.slice()

export type Scan =
  | ({ readonly is: 'gs1'; readonly code: string } & Gs1)
  /** `trace-20`: twenty digits, the form of China's drug trace codes (药品追溯码); what is in them only their registry knows. */
  | { readonly is: 'code'; readonly kind: 'trace-20' | 'other'; readonly code: string }
  /** Too long or no text: the person scans again. */
  | { readonly is: 'unreadable'; readonly bytes: number }

const AIM = /^\]([A-Za-z][0-9A-Za-z])/
const GS1_SYMBOLS = new Set(['C1', 'd2'])
/** Two symbols without an end between them: `]` stands in no GS1 data, so the second identifier shows where it begins. */
const NEXT_SYMBOL = /(?=\](?:C1|d2))/

/** Printable ASCII and group separators, at least one. */
const isText = (code: string): boolean =>
  code !== '' && [...code].every(char => char === GS || (char >= ' ' && char <= '~'))

/** What one symbol says. Never throws. */
const readSymbol = (symbol: string): Scan => {
  const [identifier = '', kind] = AIM.exec(symbol) ?? []
  const code = symbol.slice(identifier.length)
  if (!isText(code)) return { is: 'unreadable', bytes: symbol.length }
  const gs1 = kind === undefined || GS1_SYMBOLS.has(kind) ? parseGs1(code) : undefined
  // Many scanners are set to send no identifier: then only a GTIN that holds its check digit makes it GS1.
  if (gs1 && (kind !== undefined || gs1.gtin !== undefined)) return { is: 'gs1', code, ...gs1 }
  return { is: 'code', kind: /^\d{20}$/.test(code) ? 'trace-20' : 'other', code }
}

const reply = Buffer.from(TRIGGER_REPLY).toString('latin1')

const readLine = (bytes: Uint8Array): readonly Scan[] => {
  const line = Buffer.from(bytes).toString('latin1').replaceAll(reply, '')
  return line === '' ? [] : line.split(NEXT_SYMBOL).map(readSymbol)
}

const endOf = (head: Uint8Array): number => {
  const [cr, lf] = [head.indexOf(CR), head.indexOf(LF)]
  return cr < 0 || (lf >= 0 && lf < cr) ? lf : cr
}

const look = (head: Uint8Array): Verdict<readonly Scan[]> => {
  const shared = head.subarray(0, TRIGGER_REPLY.length)
  if (shared.every((byte, at) => byte === TRIGGER_REPLY[at])) {
    // Taken at once: a trigger that finds no code must not pile up in front of the next one.
    if (shared.length < TRIGGER_REPLY.length) return { is: 'more' }
    return { is: 'frame', length: TRIGGER_REPLY.length, frame: [] }
  }
  const end = endOf(head)
  if (end < 0) return { is: 'more' }
  // The longest line is not trusted: it is the end of a longer one.
  const scans: readonly Scan[] =
    end < MAX_LINE - 1 ? readLine(head.subarray(0, end)) : [{ is: 'unreadable', bytes: end }]
  return { is: 'frame', length: end + 1, frame: scans }
}

/** What a scanner says: the codes of one line in each frame, none in the LF behind a CR or in a trigger's answer. */
export const createScanFramer = (): Framer<readonly Scan[]> => createFramer({ maxBytes: MAX_LINE, look })

/** What a scanner hears: triggers; for the emulator. */
export const createTriggerFramer = (): Framer<'trigger'> =>
  createFramer({
    maxBytes: TRIGGER.length,
    look: (head): Verdict<'trigger'> => {
      const frame = head.subarray(0, TRIGGER.length)
      if (!frame.every((byte, at) => byte === TRIGGER[at])) return { is: 'noise' }
      if (frame.length < TRIGGER.length) return { is: 'more' }
      return { is: 'frame', length: TRIGGER.length, frame: 'trigger' }
    },
  })
