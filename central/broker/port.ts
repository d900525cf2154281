export type InboundMessage = {
  /** Who sent it: authenticated, and the site of the topic. */
  readonly site: string
  readonly topic: string
  readonly payload: Uint8Array
}

/** What the centre asks of a broker. Its acknowledgement proves nothing to anybody; watermarks do. */
export type BrokerPort = {
  /** QoS 1. Resolves when the broker took it, which says nothing of a site. */
  readonly publish: (topic: string, payload: string, options?: { readonly retain?: boolean }) => Promise<void>
  readonly onMessage: (handler: (message: InboundMessage) => void) => void
  readonly close: () => Promise<void>
}
