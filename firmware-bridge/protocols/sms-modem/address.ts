import { LineError } from '../../error.ts'
import { textOfSeptets, unpackSeptets } from './alphabet.ts'

/** A telephone number: `+` and up to 15 digits (ITU-T E.164), or a number as it is dialled, like 10086. */
const NUMBER = /^(?:\+[1-9]\d{4,14}|\d{3,15})$/
const INTERNATIONAL = 0x91
/** Unknown kind of number, telephone numbering plan. */
const DIALLED = 0x81

/** Two digits an octet, the first in the low half; an odd last one beside F (TS 23.040 9.1.2.3). */
const semiOctets = (digits: string): Uint8Array =>
  Uint8Array.from({ length: Math.ceil(digits.length / 2) }, (_, at) => {
    const [low = '0', high = 'F'] = digits.slice(at * 2, at * 2 + 2)
    return Number.parseInt(high + low, 16)
  })

/** Digits as in a telephone number: A to E stand for `*#abc`, F for nothing. */
const digitsOf = (octets: Uint8Array, count: number): string =>
  Array.from(octets, octet => [octet & 0x0f, octet >> 4])
    .flat()
    .slice(0, count)
    .map(digit => '0123456789*#abc'[digit] ?? '')
    .join('')

/** An address field: count of digits, kind, digits (TS 23.040 9.1.2.5). Throws E_SMS_NUMBER (permanent). */
export const addressField = (number: string): Uint8Array => {
  if (!NUMBER.test(number)) {
    throw new LineError('E_SMS_NUMBER', {
      kind: 'permanent',
      zh: `不是电话号码：${number}`,
      en: `no telephone number: ${number}`,
    })
  }
  const international = number.startsWith('+')
  const digits = international ? number.slice(1) : number
  return Uint8Array.of(digits.length, international ? INTERNATIONAL : DIALLED, ...semiOctets(digits))
}

/** The number or, of an alphanumeric sender, its name. `count` as the field says: digits, not octets. */
export const readAddress = (kind: number, octets: Uint8Array, count: number): string => {
  const type = (kind >> 4) & 0x07
  if (type === 0x05) return textOfSeptets(unpackSeptets(octets, Math.floor((count * 4) / 7)))
  return `${type === 0x01 ? '+' : ''}${digitsOf(octets, count)}`
}

/** Whether both are the same telephone: an operator may answer without the country code. */
export const sameNumber = (one: string, other: string): boolean => {
  const [a, b] = [one, other].map(each => each.replace(/^\+/, '')) as [string, string]
  return a !== '' && b !== '' && (a.endsWith(b) || b.endsWith(a))
}

const bcd = (octet: number): number => (octet & 0x0f) * 10 + (octet >> 4)

/** A time stamp of seven octets, its zone in quarters of an hour (TS 23.040 9.2.3.11); undefined when it is none. */
export const readTimeStamp = (octets: Uint8Array): Date | undefined => {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = Array.from(
    octets.subarray(0, 6),
    bcd,
  )
  const zone = octets[6] ?? 0
  const quarters = bcd(zone & 0xf7) * (zone & 0x08 ? -1 : 1)
  const local = new Date(Date.UTC(2000 + year, month - 1, day, hour, minute, second))
  const holds = local.getUTCMonth() === month - 1 && local.getUTCDate() === day && hour < 24 && minute < 60
  return holds ? new Date(local.getTime() - quarters * 15 * 60_000) : undefined
}

/** UTC, for the emulator. */
export const timeStamp = (at: Date): Uint8Array =>
  semiOctets(`${at.toISOString().replaceAll(/\D/g, '').slice(2, 14)}00`)
