import type { JournalRecord } from '#domain/journal/record.ts'
import { MAX_MESSAGE_BYTES } from '../contract/messages.ts'

/** Left free for the topic and the packet's own header, which some brokers count too. */
const HEADROOM_BYTES = 1024
const BATCH_LIMIT_BYTES = MAX_MESSAGE_BYTES - HEADROOM_BYTES

export type Batch = { readonly payload: string; readonly upTo: number; readonly count: number }

/**
 * The `HistoryBatch` that follows `after`: consecutive records of `epoch`, below the byte limit, at least one.
 * Undefined when the record after `after` is not there: nothing may be sent over a gap.
 */
export const cutBatch = ({
  site,
  epoch,
  after,
  records,
  limit = BATCH_LIMIT_BYTES,
}: {
  readonly site: string
  readonly epoch: number
  readonly after: number
  readonly records: readonly JournalRecord[]
  readonly limit?: number
}): Batch | undefined => {
  const head = `{"site":${JSON.stringify(site)},"epoch":${epoch},"records":[`
  const texts: string[] = []
  let bytes = Buffer.byteLength(head) + 2
  for (const record of records) {
    if (record.epoch !== epoch || record.seq !== after + texts.length + 1) break
    const text = JSON.stringify(record)
    bytes += Buffer.byteLength(text) + 1
    if (bytes > limit && texts.length > 0) break
    texts.push(text)
  }
  if (texts.length === 0) return undefined
  return { payload: `${head}${texts.join(',')}]}`, upTo: after + texts.length, count: texts.length }
}
