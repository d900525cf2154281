import { readAddress, readTimeStamp } from './address.ts'
import { textOfSeptets, unpackSeptets } from './alphabet.ts'
import type { Concatenation } from './text.ts'

/** The parts of a PDU by their names in TS 23.040; `SCA` is the service centre's address in front. */
export type FieldName =
  | 'SCA'
  | 'FO'
  | 'MR'
  | 'DA'
  | 'OA'
  | 'RA'
  | 'PID'
  | 'DCS'
  | 'VP'
  | 'SCTS'
  | 'DT'
  | 'ST'
  | 'UDL'
  | 'UDH'
  | 'UD'
  | 'rest'
export type PduField = { readonly name: FieldName; readonly octets: Uint8Array }

export type UserData = {
  /** `octets`: 8-bit data, or compressed; nothing is read out of it. */
  readonly alphabet: 'gsm7' | 'ucs2' | 'octets'
  readonly text: string
  readonly concatenation?: Concatenation
}

type Common = { readonly centre?: string; readonly fields: readonly PduField[] }

export type ReadPdu = Common &
  (
    | ({
        readonly is: 'submit'
        readonly to: string
        readonly report: boolean
        readonly validityMinutes?: number
      } & UserData)
    | ({ readonly is: 'deliver'; readonly from: string; readonly at?: Date } & UserData)
    | {
        readonly is: 'status-report'
        readonly reference: number
        readonly to: string
        readonly discharged?: Date
        /** TP-ST. */
        readonly status: number
      }
  )

class EndOfPdu extends Error {}

/** Takes fields off the front and keeps them by name. */
const openCursor = (pdu: Uint8Array) => {
  const fields: PduField[] = []
  let at = 0
  const take = (name: FieldName, length: number): Uint8Array => {
    if (at + length > pdu.length) throw new EndOfPdu()
    const octets = pdu.slice(at, at + length)
    at += length
    if (length > 0) fields.push({ name, octets })
    return octets
  }
  return {
    fields,
    take,
    one: (name: FieldName): number => take(name, 1)[0] ?? 0,
    peek: (): number => pdu[at] ?? 0,
    left: (): number => pdu.length - at,
  }
}
type Cursor = ReturnType<typeof openCursor>

/** Its length is in octets and counts the kind. */
const takeCentre = ({ take, peek }: Cursor): string | undefined => {
  const length = peek()
  const [, kind = 0, ...digits] = take('SCA', 1 + length)
  return length < 2 ? undefined : readAddress(kind, Uint8Array.from(digits), digits.length * 2)
}

/** Its length is in digits. */
const takeAddress = ({ take, peek }: Cursor, name: FieldName): string => {
  const count = peek()
  const [, kind = 0, ...digits] = take(name, 2 + Math.ceil(count / 2))
  return readAddress(kind, Uint8Array.from(digits), count)
}

/** TP-DCS (TS 23.038 4): the groups 00xx and 01xx tell the alphabet in bits 3 and 2; compressed text is not read. */
const alphabetOf = (coding: number): UserData['alphabet'] => {
  const group = coding >> 4
  if (group < 8) {
    if (coding & 0x20) return 'octets'
    return (['gsm7', 'octets', 'ucs2', 'gsm7'] as const)[(coding >> 2) & 3] ?? 'gsm7'
  }
  if (group === 0x0e) return 'ucs2'
  return group === 0x0f && coding & 0x04 ? 'octets' : 'gsm7'
}

/** The parts of a message in a user data header: element 00 with an 8-bit reference, 08 with a 16-bit one. */
const concatenationOf = (header: Uint8Array): Concatenation | undefined => {
  for (let at = 1; at + 1 < header.length; at += 2 + (header[at + 1] ?? 0)) {
    const [id, length = 0] = header.subarray(at, at + 2)
    const value = header.subarray(at + 2, at + 2 + length)
    if ((id !== 0x00 || value.length !== 3) && (id !== 0x08 || value.length !== 4)) continue
    const [part = 0, total = 0] = value.toReversed()
    return { reference: Buffer.from(value).readUIntBE(0, length - 2), total, part }
  }
  return undefined
}

const bodyText = (
  alphabet: 'gsm7' | 'ucs2',
  body: Uint8Array,
  length: number,
  headerOctets: number,
): string => {
  if (alphabet === 'ucs2')
    return Buffer.from(body.subarray(0, body.length & ~1))
      .swap16()
      .toString('utf16le')
  const headerSeptets = Math.ceil((headerOctets * 8) / 7)
  return textOfSeptets(unpackSeptets(body, length - headerSeptets, headerSeptets * 7 - headerOctets * 8))
}

const takeUserData = ({ take, one, peek }: Cursor, coding: number, hasHeader: boolean): UserData => {
  const alphabet = alphabetOf(coding)
  const length = one('UDL')
  const octets = alphabet === 'gsm7' ? Math.ceil((length * 7) / 8) : length
  const header = take('UDH', hasHeader ? 1 + peek() : 0)
  if (header.length > octets) throw new EndOfPdu()
  const body = take('UD', octets - header.length)
  const text = alphabet === 'octets' ? '' : bodyText(alphabet, body, length, header.length)
  const concatenation = concatenationOf(header)
  return { alphabet, text, ...(concatenation === undefined ? {} : { concatenation }) }
}

const minutesOf = (octet: number): number => {
  if (octet <= 143) return (octet + 1) * 5
  if (octet <= 167) return 12 * 60 + (octet - 143) * 30
  return octet <= 196 ? (octet - 166) * 24 * 60 : (octet - 192) * 7 * 24 * 60
}

/** TP-VPF 00 none, 10 relative, 01 and 11 seven octets. */
const takeValidity = ({ take, one }: Cursor, first: number): { readonly validityMinutes?: number } => {
  const format = (first >> 3) & 3
  if (format === 2) return { validityMinutes: minutesOf(one('VP')) }
  take('VP', format === 0 ? 0 : 7)
  return {}
}

const takeSubmit = (cursor: Cursor, first: number) => {
  cursor.one('MR')
  const to = takeAddress(cursor, 'DA')
  cursor.one('PID')
  const coding = cursor.one('DCS')
  const validity = takeValidity(cursor, first)
  const data = takeUserData(cursor, coding, (first & 0x40) !== 0)
  return { is: 'submit' as const, to, report: (first & 0x20) !== 0, ...validity, ...data }
}

const takeDeliver = (cursor: Cursor, first: number) => {
  const from = takeAddress(cursor, 'OA')
  cursor.one('PID')
  const coding = cursor.one('DCS')
  const at = readTimeStamp(cursor.take('SCTS', 7))
  const data = takeUserData(cursor, coding, (first & 0x40) !== 0)
  return { is: 'deliver' as const, from, ...(at === undefined ? {} : { at }), ...data }
}

const takeStatusReport = (cursor: Cursor) => {
  const reference = cursor.one('MR')
  const to = takeAddress(cursor, 'RA')
  cursor.take('SCTS', 7)
  const discharged = readTimeStamp(cursor.take('DT', 7))
  const status = cursor.one('ST')
  // What may follow (TP-PI and what it tells of) says nothing about the message; networks differ here.
  cursor.take('rest', cursor.left())
  return {
    is: 'status-report' as const,
    reference,
    to,
    status,
    ...(discharged === undefined ? {} : { discharged }),
  }
}

const read = (pdu: Uint8Array): ReadPdu | undefined => {
  const cursor = openCursor(pdu)
  const centre = takeCentre(cursor)
  const first = cursor.one('FO')
  const take = [takeDeliver, takeSubmit, takeStatusReport][first & 3]
  const body = take?.(cursor, first)
  if (body === undefined || cursor.left() > 0) return undefined
  return { ...body, ...(centre === undefined ? {} : { centre }), fields: cursor.fields }
}

/** Reads a PDU as it stands on the modem's line. Never throws; undefined for anything but one whole PDU. */
export const readPdu = (pdu: Uint8Array): ReadPdu | undefined => {
  try {
    return read(pdu)
  } catch (error) {
    if (error instanceof EndOfPdu) return undefined
    throw error
  }
}

/** What TP-ST says (TS 23.040 9.2.3.15): only 00 says that the telephone has it. */
export const outcomeOf = (status: number): 'delivered' | 'unconfirmed' | 'trying' | 'failed' => {
  if (status === 0x00) return 'delivered'
  if (status === 0x01) return 'unconfirmed'
  return status >= 0x20 && status < 0x40 ? 'trying' : 'failed'
}
