/**
 * How an error may be met: `transient` may be tried again, `ambiguous` must not be (a person looks),
 * `permanent` will fail the same way every time.
 */
export type ErrorKind = 'transient' | 'ambiguous' | 'permanent'

/** What a person is told: Chinese first, English beside it. */
export type Wording = { readonly zh: string; readonly en: string }

type Details = Wording & {
  readonly kind?: ErrorKind
  /** What the person can do about it. */
  readonly wayOut?: Wording
  readonly cause?: unknown
}

/** An error with a stable code. Code decides by `code` and `kind`, never by the text. */
export class YaoguiError extends Error {
  readonly code: string
  readonly kind: ErrorKind
  readonly wording: Wording
  readonly wayOut: Wording | undefined

  constructor(code: string, { zh, en, kind = 'permanent', wayOut, cause }: Details) {
    super(en, cause === undefined ? undefined : { cause })
    this.name = 'YaoguiError'
    this.code = code
    this.kind = kind
    this.wording = { zh, en }
    this.wayOut = wayOut
  }
}

/** The stable code of any thrown value; `E_UNEXPECTED` for what has none. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'E_UNEXPECTED'
