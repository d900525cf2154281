import { codeOf } from '#domain/error.ts'
import { MINUTE, SECOND } from '#domain/time.ts'
import { HostState, MAX_MESSAGE_BYTES, parseMessage, type SiteState } from '../contract/messages.ts'
import { hostStateTopic, siteTopics } from '../contract/topics.ts'
import { backoff } from './backoff.ts'
import { type Connection, openConnection } from './connection.ts'
import { checkUrl, linkBusy, linkDown, linkStalled, messageTooLarge } from './errors.ts'
import { createListeners, type Listeners } from './listeners.ts'
import type { Clock, Link, LinkState, Log, Timers, Unsubscribe } from './port.ts'
import { createWatchdog, type Watchdog } from './watchdog.ts'

export type LinkOptions = {
  /** `mqtt://host:port`, `mqtts://…` */
  readonly url: string
  readonly county: string
  readonly site: string
  readonly secret: string
  /** Of the agent; stands in the retained `state`. */
  readonly version: string
  /** What `state` and its will say besides: the journal's epoch and the boot id. Read anew for each attempt. */
  readonly about?: () => Pick<SiteState, 'epoch' | 'boot'>
  readonly clock: Clock
  readonly timers: Timers
  /** In [0, 1). */
  readonly random: () => number
  readonly log: Log
  readonly connectTimeoutMs?: number
  /** Nothing confirmed for so long although something is outstanding: drop and connect anew. */
  readonly stallMs?: number
}

export type SupervisedLink = Link & {
  /** Cuts the link as a pulled cable would, and keeps it cut until `enable`. */
  disable(): void
  enable(): void
  /** Says goodbye (retained `online: false`) and never connects again. */
  close(): Promise<void>
}

const STABLE_MS = MINUTE
const CONNECT_TIMEOUT_MS = 20 * SECOND
const STALL_MS = 10 * MINUTE
const GOODBYE_MS = 2 * SECOND
/** Publishes that may await their PUBACK at once. */
const WINDOW = 100
const NOTHING: Unsubscribe = () => undefined

/**
 * Keeps one connection to the centre. Invariants: at most one client exists; while the link is down nothing is
 * published and nothing is queued; `#timer` is the only timer of the state it is in (waiting or connecting).
 */
class Supervisor implements SupervisedLink {
  readonly #options: LinkOptions
  readonly #topics: ReturnType<typeof siteTopics>
  readonly #hostTopic: string
  readonly #ups: Listeners<void>
  readonly #downs: Listeners<void>
  readonly #hosts: Listeners<boolean>
  readonly #messages = new Map<string, Listeners<Uint8Array>>()
  readonly #watchdog: Watchdog
  #connection: Connection | undefined
  #enabled = true
  #closed = false
  #up = false
  #upSince = 0
  #host = false
  #failures = 0
  #inFlight = 0
  #timer = NOTHING

  constructor(options: LinkOptions) {
    checkUrl(options.url)
    this.#options = options
    this.#topics = siteTopics(options.county, options.site)
    this.#hostTopic = hostStateTopic(options.county)
    this.#ups = createListeners(options.log)
    this.#downs = createListeners(options.log)
    this.#hosts = createListeners(options.log)
    this.#watchdog = createWatchdog(options.timers, options.stallMs ?? STALL_MS, () => {
      this.#connection?.cut(linkStalled())
    })
    this.#schedule(0)
  }

  state(): LinkState {
    return this.#up ? 'up' : 'down'
  }

  hostOnline(): boolean {
    return this.#up && this.#host
  }

  onUp(callback: () => void): Unsubscribe {
    return this.#ups.add(callback)
  }

  onDown(callback: () => void): Unsubscribe {
    return this.#downs.add(callback)
  }

  onHost(callback: (online: boolean) => void): Unsubscribe {
    return this.#hosts.add(callback)
  }

  onMessage(topic: string, callback: (payload: Uint8Array) => void): Unsubscribe {
    const listeners = this.#messages.get(topic) ?? createListeners<Uint8Array>(this.#options.log)
    this.#messages.set(topic, listeners)
    return listeners.add(callback)
  }

  async publish(topic: string, payload: string, { retain = false } = {}): Promise<void> {
    const connection = this.#connection
    if (!this.#up || !connection) throw linkDown()
    const bytes = Buffer.byteLength(payload)
    if (bytes > MAX_MESSAGE_BYTES) throw messageTooLarge(bytes)
    if (this.#inFlight >= WINDOW) throw linkBusy()
    const confirmed = this.expectConfirmation()
    this.#inFlight++
    try {
      await connection.publish(topic, payload, retain)
    } finally {
      this.#inFlight--
      confirmed()
    }
  }

  expectConfirmation(): Unsubscribe {
    return this.#watchdog.expect()
  }

  disable(): void {
    this.#enabled = false
    this.#timer()
    this.#connection?.cut()
  }

  enable(): void {
    if (this.#enabled || this.#closed) return
    this.#enabled = true
    this.#failures = 0
    this.#schedule(0)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#enabled = false
    this.#timer()
    const connection = this.#connection
    if (!connection) return
    if (this.#up) await this.#sayGoodbye(connection)
    connection.cut()
  }

  async #sayGoodbye(connection: Connection): Promise<void> {
    const goodbye = this.publish(this.#topics.state, this.#stateText(false), { retain: true })
      .then(() => connection.leave())
      .catch(() => undefined)
    let cancel = NOTHING
    const deadline = new Promise<void>(resolve => {
      cancel = this.#options.timers.after(GOODBYE_MS, resolve)
    })
    await Promise.race([goodbye, deadline])
    cancel()
  }

  #schedule(ms: number): void {
    this.#timer = this.#options.timers.after(ms, () => this.#attempt())
  }

  #attempt(): void {
    const { url, county, site, secret, timers, connectTimeoutMs = CONNECT_TIMEOUT_MS } = this.#options
    const { historyAck, orders, state } = this.#topics
    const connection = openConnection({
      url,
      // The same id each time: the broker then ends a half-open predecessor, with its will, before letting us in.
      clientId: `${county}-${site}`,
      username: site,
      password: secret,
      will: { topic: state, payload: this.#stateText(false) },
      subscriptions: [historyAck, orders, this.#hostTopic],
      onReady: () => this.#onReady(),
      onMessage: (topic, payload) => this.#onPacket(topic, payload),
      onClosed: cause => this.#onClosed(cause),
    })
    this.#connection = connection
    this.#timer = timers.after(connectTimeoutMs, () => connection.cut(linkDown('connect timeout')))
  }

  #onReady(): void {
    this.#timer()
    this.#up = true
    this.#upSince = this.#options.clock.monotonic()
    this.#options.log.info({ failures: this.#failures }, 'link up')
    this.publish(this.#topics.state, this.#stateText(true), { retain: true }).catch(() => undefined)
    this.#ups.emit()
  }

  #onPacket(topic: string, payload: Uint8Array): void {
    if (topic === this.#hostTopic) this.#onHostState(payload)
    else this.#messages.get(topic)?.emit(payload)
  }

  #onHostState(payload: Uint8Array): void {
    try {
      this.#host = parseMessage(HostState, payload).online
    } catch (error) {
      this.#options.log.warn({ code: codeOf(error) }, 'host/state cannot be read')
      return
    }
    this.#hosts.emit(this.#host)
  }

  #onClosed(cause: unknown): void {
    const { clock, random, log } = this.#options
    this.#timer()
    this.#watchdog.clear()
    const wasUp = this.#up
    if (wasUp && clock.monotonic() - this.#upSince >= STABLE_MS) this.#failures = 0
    this.#connection = undefined
    this.#up = false
    this.#host = false
    const wait = backoff(this.#failures++, random)
    if (this.#enabled) this.#schedule(wait)
    log.warn({ code: codeOf(cause), cause: String(cause ?? 'closed'), wait }, wasUp ? 'link lost' : 'no link')
    if (wasUp) this.#downs.emit()
  }

  #stateText(online: boolean): string {
    const { site, version, about, clock } = this.#options
    const state: SiteState = { site, online, version, at: clock.now().toISOString(), ...about?.() }
    return JSON.stringify(state)
  }
}

/** Connects by itself, the first time as soon as the caller has returned to the event loop. Errors: E_LINK_URL, E_ID. */
export const createLink = (options: LinkOptions): SupervisedLink => new Supervisor(options)
