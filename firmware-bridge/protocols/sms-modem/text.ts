import { LineError } from '../../error.ts'
import { septetsOf } from './alphabet.ts'

/** Which of how many parts; the reference is the same in all parts of one message (TS 23.040 9.2.3.24.1). */
export type Concatenation = { readonly reference: number; readonly total: number; readonly part: number }

/** What goes into one PDU: septets of the GSM alphabet, or UTF-16 code units. */
export type TextPart = {
  readonly alphabet: 'gsm7' | 'ucs2'
  readonly codes: readonly number[]
  readonly concatenation?: Concatenation
}

/** Codes in a message of one part, and in each part of several, whose header takes six octets of the 140. */
export const CAPACITY = { gsm7: { alone: 160, joined: 153 }, ucs2: { alone: 70, joined: 67 } } as const

const MAX_PARTS = 255

const refused = (zh: string, en: string): LineError =>
  new LineError('E_SMS_TEXT', { kind: 'permanent', zh, en })

/** Fills parts in order; what belongs together (an escape pair, a surrogate pair) is never cut. */
const fill = (characters: readonly (readonly number[])[], room: number): readonly (readonly number[])[] => {
  const parts: number[][] = [[]]
  for (const codes of characters) {
    const last = parts.at(-1)
    if (last === undefined || last.length + codes.length > room) parts.push([...codes])
    else last.push(...codes)
  }
  return parts
}

/** As the network takes it: one surrogate without its other half would spoil the whole message at some phones. */
const characterCodes = (
  text: string,
): { readonly alphabet: 'gsm7' | 'ucs2'; readonly characters: number[][] } => {
  const characters = [...text.toWellFormed()]
  const septets = characters.map(septetsOf)
  return septets.every(each => each !== undefined)
    ? { alphabet: 'gsm7', characters: septets.map(each => [...each]) }
    : {
        alphabet: 'ucs2',
        characters: characters.map(char =>
          Array.from({ length: char.length }, (_, at) => char.charCodeAt(at)),
        ),
      }
}

/**
 * Cuts a text into parts, in the GSM alphabet if all of it fits, in UCS-2 otherwise. `reference`, 0 … 255, marks the
 * parts of one message. Throws E_SMS_TEXT (permanent) for an empty text and for more than 255 parts.
 */
export const textParts = (text: string, reference: number): readonly [TextPart, ...TextPart[]] => {
  if (text === '') throw refused('短信内容为空', 'the message is empty')
  const { alphabet, characters } = characterCodes(text)
  const { alone, joined } = CAPACITY[alphabet]
  if (characters.reduce((sum, codes) => sum + codes.length, 0) <= alone)
    return [{ alphabet, codes: characters.flat() }]
  const [first = [], ...rest] = fill(characters, joined)
  const total = 1 + rest.length
  if (total > MAX_PARTS) throw refused(`短信过长：${total} 条`, `too long: ${total} parts`)
  const partOf = (codes: readonly number[], part: number): TextPart => ({
    alphabet,
    codes,
    concatenation: { reference: reference & 0xff, total, part },
  })
  return [partOf(first, 1), ...rest.map((codes, at) => partOf(codes, at + 2))]
}
