import { type JsonWebKey, type KeyObject, sign, verify } from 'node:crypto'
import type { JournalRecord, RecordClass } from './record.ts'

const CLASSES = ['dispensing', 'alarm', 'record'] as const satisfies readonly RecordClass[]

/** Records of each retention class. */
export type ClassCounts = Readonly<Record<RecordClass, number>>

/**
 * What a site states of one stretch of its journal: the records `fromSeq`…`toSeq`, of which `head` is the last one's
 * hash. With the hash chain it covers everything before as well. `day` is Asia/Shanghai's, by the site's own clock.
 */
export type DayClosing = {
  readonly site: string
  readonly day: string
  readonly epoch: number
  readonly fromSeq: number
  readonly toSeq: number
  readonly head: string
  readonly counts: ClassCounts
}

/** `signature`: Ed25519 over `closingText`, base64url; `kid`: which of the site's keys (RFC 7638 thumbprint). */
export type SignedClosing = DayClosing & { readonly kid: string; readonly signature: string }

/** The site's public key as the journal tells it. */
export type SiteJwk = Pick<JsonWebKey, 'kty' | 'crv' | 'x'>

/** A JSON array, so that no two closings share one text; the site is in it, so that none passes for another's. */
const closingText = (closing: DayClosing): Buffer => {
  const { site, day, epoch, fromSeq, toSeq, head, counts } = closing
  const fields = ['yaogui day closing', 1, site, epoch, day, fromSeq, toSeq, head]
  return Buffer.from(JSON.stringify([...fields, ...CLASSES.map(one => counts[one])]))
}

export const signClosing = (
  closing: DayClosing,
  { kid, key }: { readonly kid: string; readonly key: KeyObject },
): SignedClosing => ({
  ...closing,
  kid,
  signature: sign(null, closingText(closing), key).toString('base64url'),
})

/** Did the holder of this key state exactly this? A key that is none says no. */
export const isSignedBy = (closing: SignedClosing, jwk: SiteJwk): boolean => {
  try {
    const key = { key: { ...jwk }, format: 'jwk' as const }
    return verify(null, closingText(closing), key, Buffer.from(closing.signature, 'base64url'))
  } catch {
    return false
  }
}

export const countClasses = (records: Iterable<Pick<JournalRecord, 'class'>>): ClassCounts => {
  const counts: Record<RecordClass, number> = { dispensing: 0, alarm: 0, record: 0 }
  for (const record of records) counts[record.class] += 1
  return counts
}
