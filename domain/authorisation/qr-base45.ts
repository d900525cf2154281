import { refusal } from './refusal.ts'

/** RFC 9285: the alphabet of a QR code's alphanumeric mode, two bytes in three characters. */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'
const VALUES = new Map([...ALPHABET].map((character, value) => [character, value]))

const digits = (value: number, count: number): string => {
  let text = ''
  for (let rest = value, i = 0; i < count; i++, rest = Math.floor(rest / 45)) text += ALPHABET[rest % 45]
  return text
}

export const encodeBase45 = (bytes: Uint8Array): string => {
  let text = ''
  for (let i = 0; i < bytes.length; i += 2) {
    const [high = 0, low] = bytes.subarray(i, i + 2)
    text += low === undefined ? digits(high, 2) : digits(high * 256 + low, 3)
  }
  return text
}

const numberOf = (group: string): number =>
  [...group].reduceRight((sum, character) => {
    const value = VALUES.get(character)
    if (value === undefined) throw refusal('E_RX_MALFORMED')
    return sum * 45 + value
  }, 0)

/** Errors: E_RX_MALFORMED for a foreign character, a lone last one, or a group beyond its bytes. */
export const decodeBase45 = (text: string): Uint8Array => {
  const bytes: number[] = []
  for (let i = 0; i < text.length; i += 3) {
    const group = text.slice(i, i + 3)
    const value = numberOf(group)
    if (group.length === 1 || value > (group.length === 3 ? 0xffff : 0xff)) throw refusal('E_RX_MALFORMED')
    if (group.length === 3) bytes.push(value >> 8)
    bytes.push(value & 0xff)
  }
  return Uint8Array.from(bytes)
}
