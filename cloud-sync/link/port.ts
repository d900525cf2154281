/** What the two logs ask of the connection to the centre. The supervisor is the real one, tests bring a bad one. */

export type Unsubscribe = () => void

/** The part of pino that is used here. */
export type Log = {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

export type Clock = {
  now(): Date
  /** Milliseconds that only grow. */
  monotonic(): number
}

export type Timers = {
  /** Calls `fn` once after `ms` milliseconds; the returned function calls it off. */
  after(ms: number, fn: () => void): Unsubscribe
}

export type LinkState = 'up' | 'down'

export type Link = {
  state(): LinkState
  /** Does the centre's ingest run (its retained `host/state`)? False while the link is down. */
  hostOnline(): boolean
  onUp(callback: () => void): Unsubscribe
  onDown(callback: () => void): Unsubscribe
  onHost(callback: (online: boolean) => void): Unsubscribe
  /** Messages may arrive shortly before `onUp`. A callback that throws is logged, nothing more. */
  onMessage(topic: string, callback: (payload: Uint8Array) => void): Unsubscribe
  /**
   * QoS 1. Resolves on PUBACK, which proves nothing about storage: only a watermark does.
   * Errors: E_LINK_DOWN and E_LINK_BUSY (transient), E_MESSAGE_SIZE (permanent). Nothing is kept for later.
   */
  publish(topic: string, payload: string, options?: { readonly retain?: boolean }): Promise<void>
  /** Says that an answer is awaited. If it is not called off in time the link drops itself and connects anew. */
  expectConfirmation(): Unsubscribe
}
