/*
 * The GSM 7-bit default alphabet and its extension table (3GPP TS 23.038 6.2.1). A code is a septet; an extended
 * character takes two, the first of which is ESC.
 */
const ESC = 0x1b

const BASIC = [
  ...'@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ',
  ...' !"#¤%&\'()*+,-./0123456789:;<=>?',
  ...'¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§',
  ...'¿abcdefghijklmnopqrstuvwxyzäöñüà',
]

const EXTENDED: ReadonlyMap<number, string> = new Map([
  [0x0a, '\f'],
  [0x14, '^'],
  [0x28, '{'],
  [0x29, '}'],
  [0x2f, '\\'],
  [0x3c, '['],
  [0x3d, '~'],
  [0x3e, ']'],
  [0x40, '|'],
  [0x65, '€'],
])

const CODES: ReadonlyMap<string, readonly number[]> = new Map<string, readonly number[]>([
  ...BASIC.map((char, code): [string, readonly number[]] => [char, [code]]),
  ...Array.from(EXTENDED, ([code, char]): [string, readonly number[]] => [char, [ESC, code]]),
])

/** The one or two septets of a character, or undefined when the alphabet has none. */
export const septetsOf = (char: string): readonly number[] | undefined =>
  char === BASIC[ESC] ? undefined : CODES.get(char)

/** An escape that no table knows shows the character of the default alphabet, as the standard says. */
export const textOfSeptets = (septets: readonly number[]): string => {
  let text = ''
  let escaped = false
  for (const septet of septets) {
    if (septet === ESC && !escaped) {
      escaped = true
      continue
    }
    text += (escaped ? EXTENDED.get(septet) : undefined) ?? (septet === ESC ? ' ' : (BASIC[septet] ?? ' '))
    escaped = false
  }
  return escaped ? `${text} ` : text
}

/** Septets into octets, low bits first, behind `fill` zero bits (TS 23.038 6.1.2.1.1). */
export const packSeptets = (septets: readonly number[], fill = 0): Uint8Array => {
  const octets = new Uint8Array(Math.ceil((septets.length * 7 + fill) / 8))
  for (const [index, septet] of septets.entries()) {
    const at = fill + index * 7
    const word = septet << (at % 8)
    octets[at >> 3] = (octets[at >> 3] ?? 0) | (word & 0xff)
    if (word > 0xff) octets[(at >> 3) + 1] = word >> 8
  }
  return octets
}

/** `count` septets; those that the octets do not hold are 0. */
export const unpackSeptets = (octets: Uint8Array, count: number, fill = 0): readonly number[] =>
  Array.from({ length: count }, (_, index) => {
    const at = fill + index * 7
    const word = (octets[at >> 3] ?? 0) | ((octets[(at >> 3) + 1] ?? 0) << 8)
    return (word >> (at % 8)) & 0x7f
  })
