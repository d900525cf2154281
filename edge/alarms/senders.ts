import type { Notice } from './outbox.ts'

/** What went out with a message, besides its text. `key` is the same at every try of one message. */
export type Outgoing = Notice & {
  readonly key: string
  readonly site: string
  readonly siteName: string
  readonly kind: string
  readonly words: { readonly zh: string; readonly en: string }
}

/**
 * One way to people. Rejects with a coded error: `transient` nothing went out and it is tried again, `permanent` it is
 * given up, `ambiguous` it may have gone out.
 */
export type Sender = {
  /** A message whose fate is unknown may be sent again unseen: the far end knows its key. */
  readonly repeatable: boolean
  send(
    message: Outgoing,
  ): Promise<{ readonly outcome: 'sent' | 'delivered'; readonly refs: readonly number[] }>
}
