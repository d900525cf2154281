/** Bytes in, bytes out. What is behind it (TCP gateway, serial port, memory) does not show. */
export interface Line {
  /** What it leads to, for a person reading a log. */
  readonly where?: string
  /**
   * Hands the bytes to the wire, whole and in order. Says nothing about the board having understood them.
   * Rejects with E_LINE_DOWN (nothing was sent), E_LINE_LOST (ambiguous) or E_LINE_CLOSED.
   */
  send(bytes: Uint8Array): Promise<void>
  /** Every chunk as it comes, cut anywhere. Returns the unsubscription. */
  onData(listener: (bytes: Uint8Array) => void): () => void
  /** Called once when the line has ended, by either side. Returns the unsubscription. */
  onClose(listener: () => void): () => void
  /**
   * Ends it at once, and what the system has taken but not put on the wire yet is thrown away; one that reopens comes up
   * again. Absent where nothing is held back.
   */
  readonly drop?: () => void
  close(): Promise<void>
}

/** A set of listeners, each kept apart from the others' unsubscription. */
export const createListeners = <T>(): {
  readonly add: (listener: (value: T) => void) => () => void
  readonly tell: (value: T) => void
} => {
  const listeners = new Set<(value: T) => void>()
  return {
    add: listener => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    tell: value => {
      for (const listener of [...listeners]) listener(value)
    },
  }
}
