/** How a failure may be met: `transient` may be tried again, `ambiguous` must not be, `permanent` fails again. */
export type LineErrorKind = 'transient' | 'ambiguous' | 'permanent'

type Details = {
  readonly zh: string
  readonly en: string
  readonly kind: LineErrorKind
  readonly cause?: unknown
}

/** A failure on a line or of a board on it. Decide by `code` and `kind`, never by the text. */
export class LineError extends Error {
  readonly code: string
  readonly kind: LineErrorKind
  readonly wording: { readonly zh: string; readonly en: string }

  constructor(code: string, { zh, en, kind, cause }: Details) {
    super(en, cause === undefined ? undefined : { cause })
    this.name = 'LineError'
    this.code = code
    this.kind = kind
    this.wording = { zh, en }
  }
}

/** The line is not up; not one byte was sent. */
export const lineDown = (what: string): LineError =>
  new LineError('E_LINE_DOWN', {
    zh: `线路未接通：${what}`,
    en: `the line is down: ${what}`,
    kind: 'transient',
  })

/** The line broke while bytes were being written: nobody knows how many arrived. */
export const lineLost = (what: string, cause?: unknown): LineError =>
  new LineError('E_LINE_LOST', {
    zh: `发送时线路中断，结果不明：${what}`,
    en: `the line broke while sending, the outcome is unknown: ${what}`,
    kind: 'ambiguous',
    cause,
  })

/** The line was closed by us and stays closed. */
export const lineClosed = (what: string): LineError =>
  new LineError('E_LINE_CLOSED', {
    zh: `线路已关闭：${what}`,
    en: `the line is closed: ${what}`,
    kind: 'permanent',
  })

/** The line could not be opened; the system's own words say why. */
export const lineOpenFailed = (what: string, cause: unknown): LineError =>
  new LineError('E_LINE_OPEN', {
    zh: `线路打不开：${what}${cause instanceof Error ? `（${cause.message}）` : ''}`,
    en: `the line cannot be opened: ${what}${cause instanceof Error ? ` (${cause.message})` : ''}`,
    kind: 'transient',
    cause,
  })
