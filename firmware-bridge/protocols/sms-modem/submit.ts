import { LineError } from '../../error.ts'
import { addressField, timeStamp } from './address.ts'
import { packSeptets } from './alphabet.ts'
import type { Concatenation, TextPart } from './text.ts'

/*
 * PDUs that are built (3GPP TS 23.040 9.2.2): SMS-SUBMIT to the modem and, for the emulator, SMS-STATUS-REPORT. On the
 * modem's line the service centre's address stands in front; its length 00 means the one that the card keeps.
 */
const STORED_CENTRE = 0x00

/** TP-MTI 01 SMS-SUBMIT; TP-VPF 10 relative validity; TP-SRR; TP-UDHI. */
const SUBMIT = 0x11
const REPORT_WANTED = 0x20
const HAS_HEADER = 0x40

const CODING = { gsm7: 0x00, ucs2: 0x08 } as const

const MINUTE = 1
const HOUR = 60
const DAY = 24 * HOUR
const WEEK = 7 * DAY

/** Steps of the relative validity period (TS 23.040 9.2.3.12.1): up to which minutes, from which octet and time, in steps of what. */
const VALIDITY: readonly (readonly [upTo: number, octet: number, from: number, step: number])[] = [
  [12 * HOUR, 0, 5 * MINUTE, 5 * MINUTE],
  [DAY, 144, 12 * HOUR + 30 * MINUTE, 30 * MINUTE],
  [30 * DAY, 168, 2 * DAY, DAY],
  [63 * WEEK, 197, 5 * WEEK, WEEK],
]

/** The octet for a validity of 5 minutes to 63 weeks, rounded up. Throws E_SMS_VALIDITY (permanent). */
export const validityOctet = (minutes: number): number => {
  const row = minutes > 0 ? VALIDITY.find(([upTo]) => minutes <= upTo) : undefined
  if (row === undefined) {
    throw new LineError('E_SMS_VALIDITY', {
      kind: 'permanent',
      zh: '有效期应为 5 分钟至 63 周',
      en: 'the validity is 5 minutes to 63 weeks',
    })
  }
  const [, octet, from, step] = row
  return octet + Math.max(0, Math.ceil((minutes - from) / step))
}

export type Submission = {
  readonly to: string
  readonly part: TextPart
  /** Whether the network is to tell when the telephone has it. */
  readonly report: boolean
  /** How long the network keeps it for a telephone that is off. */
  readonly validityMinutes: number
}

/** `length`: octets without the service centre's address, as AT+CMGS wants it. */
export type Pdu = { readonly octets: Uint8Array; readonly length: number }

/** Information element 00: parts of one message, 8-bit reference. */
const headerOf = ({ reference, total, part }: Concatenation): readonly number[] => [
  5,
  0,
  3,
  reference,
  total,
  part,
]

/** TP-UDL and TP-UD: septets are counted with their header as if it were septets, too. */
const userData = ({ alphabet, codes, concatenation }: TextPart): readonly number[] => {
  const header = concatenation === undefined ? [] : headerOf(concatenation)
  if (alphabet === 'ucs2') {
    const octets = [...header, ...codes.flatMap(unit => [unit >> 8, unit & 0xff])]
    return [octets.length, ...octets]
  }
  const headerSeptets = Math.ceil((header.length * 8) / 7)
  const fill = headerSeptets * 7 - header.length * 8
  return [headerSeptets + codes.length, ...header, ...packSeptets(codes, fill)]
}

/** Throws E_SMS_NUMBER and E_SMS_VALIDITY (permanent). The message reference is left to the modem. */
export const buildSubmit = ({ to, part, report, validityMinutes }: Submission): Pdu => {
  const first = SUBMIT | (report ? REPORT_WANTED : 0) | (part.concatenation === undefined ? 0 : HAS_HEADER)
  const tpdu = [
    first,
    0x00,
    ...addressField(to),
    0x00,
    CODING[part.alphabet],
    validityOctet(validityMinutes),
    ...userData(part),
  ]
  return { octets: Uint8Array.of(STORED_CENTRE, ...tpdu), length: tpdu.length }
}

export type Outcome = {
  readonly reference: number
  readonly to: string
  readonly sent: Date
  readonly discharged: Date
  /** TP-ST (TS 23.040 9.2.3.15). */
  readonly status: number
}

/** For the emulator. */
export const buildStatusReport = ({ reference, to, sent, discharged, status }: Outcome): Pdu => {
  const tpdu = [0x06, reference, ...addressField(to), ...timeStamp(sent), ...timeStamp(discharged), status]
  return { octets: Uint8Array.of(STORED_CENTRE, ...tpdu), length: tpdu.length }
}
