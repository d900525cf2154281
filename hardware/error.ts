/** How a failure may be met: `transient` may be tried again, `ambiguous` must not be, `permanent` fails again. */
export type HardwareErrorKind = 'transient' | 'ambiguous' | 'permanent'

type Details = {
  readonly zh: string
  readonly en: string
  readonly kind?: HardwareErrorKind
  readonly cause?: unknown
}

/** A refusal or failure of this layer. Those of the lines below come through as they are (same `code` and `kind`). */
export class HardwareError extends Error {
  readonly code: string
  readonly kind: HardwareErrorKind
  readonly wording: { readonly zh: string; readonly en: string }

  constructor(code: string, { zh, en, kind = 'permanent', cause }: Details) {
    super(en, cause === undefined ? undefined : { cause })
    this.name = 'HardwareError'
    this.code = code
    this.kind = kind
    this.wording = { zh, en }
  }
}
