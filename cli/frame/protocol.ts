import { YaoguiError } from '#domain/error.ts'
import type { Framer } from '#firmware-bridge/link/framing.ts'

/** Some bytes of a frame and what they say. */
export type Field = { readonly bytes: Uint8Array; readonly zh: string; readonly en: string }

/** A whole frame: its fields in order, and what it does or says. */
export type Explained = { readonly fields: readonly Field[]; readonly zh: string; readonly en: string }

export const OPTIONS = [
  'board',
  'lock',
  'slave',
  'address',
  'words',
  'channel',
  'pulse',
  'boot',
  'id',
  'until',
] as const
export type Option = (typeof OPTIONS)[number]
/** Options whose value is a word or a text. */
export const TEXT_OPTIONS = ['model', 'to', 'text'] as const
export type TextOption = (typeof TEXT_OPTIONS)[number]
export type Texts = Readonly<Partial<Record<TextOption, string>>>
/** NaN stands for what is no decimal number, so that the builder itself refuses it. */
export type Numbers = Readonly<Partial<Record<Option, number>>>

export type Verb = {
  readonly name: string
  readonly zh: string
  readonly en: string
  readonly needs: readonly (Option | TextOption)[]
  readonly may?: readonly (Option | TextOption)[]
  /** Throws what the protocol's builder throws. */
  readonly build: (numbers: Numbers, texts: Texts) => Uint8Array
  /** Further frames, where one is not enough. */
  readonly buildRest?: (texts: Texts) => readonly Uint8Array[]
}

export type Protocol = {
  readonly name: string
  readonly zh: string
  readonly en: string
  readonly verbs: readonly Verb[]
  /** Throws E_FRAME_CHECKSUM or E_FRAME_UNKNOWN. */
  readonly explain: (frame: Uint8Array, texts: Texts) => Explained
  /** Words that `decode` takes. */
  readonly decodeMay?: readonly TextOption[]
}

export const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, byte => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ')

/** Puts names to the bytes from the first on; a name for each run of `length` bytes. */
export const fieldsOf = (
  frame: Uint8Array,
  names: readonly (readonly [zh: string, en: string, length?: number])[],
): readonly Field[] => {
  let at = 0
  return names.map(([zh, en, length = 1]) => {
    const bytes = frame.slice(at, at + length)
    at += length
    return { bytes, zh, en }
  })
}

const HINT = {
  zh: '运行 yaogui frame 查看协议与指令',
  en: '`yaogui frame` lists protocols and verbs',
}

const undecodable = (code: string, zh: string, en: string): YaoguiError =>
  new YaoguiError(code, { zh, en, wayOut: HINT })

/** A way to read a frame: a parser of the line, and words for what it found. */
export type Reader = (frame: Uint8Array) => Explained | 'bad-checksum' | undefined

export const reader =
  <F>(
    createFramer: () => Framer<F>,
    explain: (frame: F, bytes: Uint8Array) => Explained | undefined,
  ): Reader =>
  bytes => {
    const framer = createFramer()
    const [part, ...more] = framer.push(bytes)
    if (part?.is === 'frame' && more.length === 0 && framer.held() === 0) return explain(part.frame, bytes)
    const parts = part ? [part, ...more] : more
    return parts.some(each => each.is === 'discarded' && each.why === 'bad-checksum')
      ? 'bad-checksum'
      : undefined
  }

/** Tries one reader after the other. */
export const explainBy =
  (readers: readonly Reader[]) =>
  (bytes: Uint8Array): Explained => {
    const results = readers.map(read => read(bytes))
    const found = results.find(result => typeof result === 'object')
    if (found) return found
    if (results.includes('bad-checksum'))
      throw undecodable('E_FRAME_CHECKSUM', '校验和不对', 'the checksum does not hold')
    throw undecodable('E_FRAME_UNKNOWN', '不是本协议的一个完整报文', 'not one whole frame of this protocol')
  }

/** `1、2、3` or 无. */
export const numbersOf = (flags: readonly boolean[]): { readonly zh: string; readonly en: string } => {
  const numbers = flags.flatMap((flag, at) => (flag ? [at + 1] : []))
  return { zh: numbers.join('、') || '无', en: numbers.join(', ') || 'none' }
}
