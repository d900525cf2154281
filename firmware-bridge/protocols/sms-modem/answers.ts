import type { AtError } from './result-codes.ts'

export type Final = { readonly is: 'ok' } | { readonly is: 'error'; readonly error: AtError }

/** A line that ends an answer (V.250 5.7.1, TS 27.005 3.2.5, TS 27.007 9.2). */
export const finalOf = (line: string): Final | undefined => {
  if (line === 'OK') return { is: 'ok' }
  if (line === 'ERROR') return { is: 'error', error: { of: 'plain' } }
  const [, of, number = ''] = /^\+CM([SE]) ERROR: *(.*)$/.exec(line) ?? []
  if (of === undefined) return undefined
  const name = of === 'S' ? 'cms' : 'cme'
  return {
    is: 'error',
    error: /^\d{1,3}$/.test(number) ? { of: name, number: Number(number) } : { of: name },
  }
}

/** The reference of a message that the network has taken. */
export const referenceOf = (line: string): number | undefined => {
  const [, reference] = /^\+CMGS: *(\d{1,3})(?:,|$)/.exec(line) ?? []
  return reference === undefined ? undefined : Number(reference)
}

/** What modems say when they have started: their settings are gone. */
export const isStart = (line: string): boolean => /^(?:RDY|START|\^SYSSTART|\*ATREADY: *1)$/.test(line)

export type PduNotice = { readonly of: 'report' | 'message'; readonly length: number }

/** The line that stands in front of a PDU that nobody asked for; `length` without the service centre's address. */
export const pduNoticeOf = (line: string): PduNotice | undefined => {
  const [, of, length] = /^\+(CDS|CMT): *(?:[^,]*, *)?(\d{1,3})$/.exec(line) ?? []
  return length === undefined
    ? undefined
    : { of: of === 'CDS' ? 'report' : 'message', length: Number(length) }
}

/** The octets of a PDU in hex, if it is as long as was said; undefined otherwise. */
export const pduOctets = (line: string, length: number): Uint8Array | undefined => {
  if (!/^(?:[0-9A-Fa-f]{2})+$/.test(line)) return undefined
  const octets = Uint8Array.from(Buffer.from(line, 'hex'))
  return octets.length === 1 + (octets[0] ?? 0) + length ? octets : undefined
}
