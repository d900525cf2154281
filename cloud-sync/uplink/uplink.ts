import { codeOf } from '#domain/error.ts'
import { MINUTE, SECOND } from '#domain/time.ts'
import { parseMessage, Watermark } from '../contract/messages.ts'
import type { siteTopics } from '../contract/topics.ts'
import { doubled } from '../link/backoff.ts'
import type { Link, Log, Timers, Unsubscribe } from '../link/port.ts'
import { cutBatch } from './batch.ts'
import { type Judgement, judge } from './judge.ts'
import type { JournalSource } from './source.ts'

export type UplinkOptions = {
  readonly link: Link
  readonly site: string
  readonly topics: Pick<ReturnType<typeof siteTopics>, 'history' | 'historyAck'>
  readonly source: JournalSource
  readonly timers: Timers
  readonly log: Log
  /** Records in one message, at most 200 (the contract's limit). */
  readonly batch?: number
  /** Wait for the first watermark; doubles with each silent retry up to 5 minutes. */
  readonly ackTimeoutMs?: number
}

export type UplinkStats = {
  readonly position: number
  readonly head: number
  readonly batches: number
  readonly records: number
  readonly retries: number
  /** Watermarks that could not be read or believed, reads and gaps that failed; by code. */
  readonly faults: Readonly<Record<string, number>>
}

export type Uplink = { stats(): UplinkStats; stop(): void }

const BATCH = 200
const ACK_TIMEOUT_MS = 15 * SECOND
const ACK_TIMEOUT_LIMIT_MS = 5 * MINUTE

/**
 * Sends the journal to the centre. Invariants: at most one batch awaits its watermark (`#wait`); only a watermark
 * moves `#position`, never a PUBACK; `#position` ≤ `#sent`; nothing is sent while the link or the host is down.
 */
class JournalUplink implements Uplink {
  readonly #options: UplinkOptions
  readonly #unsubscribe: readonly Unsubscribe[]
  readonly #faults: Record<string, number> = {}
  #epoch = 0
  #position = 0
  #sent = 0
  /** Calls the timeout off; set exactly while a batch (or a failed reading) is outstanding. */
  #wait: Unsubscribe | undefined
  #expectation: Unsubscribe | undefined
  #retries = 0
  #retriesTotal = 0
  #batches = 0
  #records = 0

  constructor(options: UplinkOptions) {
    this.#options = options
    const { link, source, topics } = options
    this.#unsubscribe = [
      link.onMessage(topics.historyAck, payload => this.#onWatermark(payload)),
      link.onUp(() => this.#onUp()),
      link.onDown(() => this.#hold()),
      link.onHost(online => (online ? this.#pump() : this.#hold())),
      source.onAppend(() => this.#pump()),
    ]
    this.#onUp()
  }

  stats(): UplinkStats {
    return {
      position: this.#position,
      head: this.#options.source.head(),
      batches: this.#batches,
      records: this.#records,
      retries: this.#retriesTotal,
      faults: { ...this.#faults },
    }
  }

  stop(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
    this.#hold()
  }

  #onUp(): void {
    this.#retries = 0
    this.#epoch = 0
    this.#pump()
  }

  /** Forgets the outstanding batch: its answer, if it still comes, is judged like any other. */
  #hold(): void {
    this.#settle()
    this.#expectation?.()
    this.#expectation = undefined
  }

  #settle(): void {
    this.#wait?.()
    this.#wait = undefined
  }

  #pump(): void {
    const { link, source } = this.#options
    if (this.#wait || link.state() !== 'up' || !link.hostOnline()) return
    try {
      this.#followEpoch()
      if (source.head() > this.#position) this.#sendNext()
    } catch (error) {
      // The journal cannot be read now; the caller may be the one who just wrote to it.
      this.#fault(codeOf(error), { err: error })
      this.#awaitAnswer()
    }
  }

  /** A new epoch, or a new connection: start from what is marked, which is what the centre last said. */
  #followEpoch(): void {
    const { source } = this.#options
    if (source.epoch() === this.#epoch) return
    this.#epoch = source.epoch()
    this.#position = source.committed()
    this.#sent = this.#position
  }

  #sendNext(): void {
    const { link, site, topics, source, batch: size = BATCH } = this.#options
    const records = source.read(this.#position, Math.min(size, BATCH))
    const batch = cutBatch({ site, epoch: this.#epoch, after: this.#position, records })
    this.#awaitAnswer()
    if (!batch) {
      this.#fault('E_UPLINK_GAP', { after: this.#position })
      return
    }
    this.#sent = Math.max(this.#sent, batch.upTo)
    this.#batches++
    this.#records += batch.count
    this.#expectation ??= link.expectConfirmation()
    // A failure needs no handling here: the link goes down, or the timeout sends again.
    link.publish(topics.history, batch.payload).catch(error => this.#fault(codeOf(error), {}))
  }

  #awaitAnswer(): void {
    const { timers, ackTimeoutMs = ACK_TIMEOUT_MS } = this.#options
    this.#wait = timers.after(doubled(this.#retries, ackTimeoutMs, ACK_TIMEOUT_LIMIT_MS), () => {
      this.#wait = undefined
      this.#retries++
      this.#retriesTotal++
      this.#pump()
    })
  }

  #onWatermark(payload: Uint8Array): void {
    let judgement: Judgement
    try {
      this.#followEpoch()
      const head = this.#options.source.head()
      const standing = { epoch: this.#epoch, position: this.#position, sent: this.#sent, head }
      judgement = judge(parseMessage(Watermark, payload), standing)
      if ('to' in judgement) this.#options.source.markCommitted(judgement.to)
    } catch (error) {
      this.#fault(codeOf(error), { err: error })
      return
    }
    if (judgement.kind === 'impossible') this.#fault(judgement.code, {})
    if (judgement.kind === 'back') this.#fault('E_UPLINK_BACK', { from: this.#position, to: judgement.to })
    if ('to' in judgement) this.#goOnFrom(judgement.to)
  }

  #goOnFrom(position: number): void {
    this.#position = position
    this.#retries = 0
    this.#hold()
    this.#pump()
  }

  #fault(code: string, fields: object): void {
    this.#faults[code] = (this.#faults[code] ?? 0) + 1
    this.#options.log.warn({ code, epoch: this.#epoch, ...fields }, 'uplink')
  }
}

/** Starts at once if the link is up, otherwise when it comes up. */
export const startUplink = (options: UplinkOptions): Uplink => new JournalUplink(options)
