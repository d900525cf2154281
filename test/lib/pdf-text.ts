import { inflateSync } from 'node:zlib'

/** Objects of a PDF as it was written: number → text and, inflated, its stream. */
const objectsOf = (
  pdf: Buffer,
): ReadonlyMap<string, { readonly dict: string; readonly stream: Buffer | null }> => {
  const text = pdf.toString('latin1')
  const found = new Map<string, { dict: string; stream: Buffer | null }>()
  for (const { 1: id = '', 2: body = '' } of text.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) {
    const at = body.indexOf('stream\n')
    if (at < 0) {
      found.set(id, { dict: body, stream: null })
      continue
    }
    const raw = Buffer.from(body.slice(at + 7, body.lastIndexOf('\nendstream')), 'latin1')
    const dict = body.slice(0, at)
    found.set(id, { dict, stream: dict.includes('FlateDecode') ? inflateSync(raw) : raw })
  }
  return found
}

const textOf = (hex: string): string => Buffer.from(hex, 'hex').swap16().toString('utf16le')

/** Glyph (four hex digits) → text, as a font's ToUnicode says. */
const unicodeOf = (cmap: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  for (const { 1: first = '', 3: list = '' } of cmap.matchAll(
    /<([0-9a-f]{4})> <([0-9a-f]{4})> \[([^\]]*)\]/gi,
  )) {
    let glyph = Number.parseInt(first, 16)
    for (const { 1: hex = '' } of list.matchAll(/<([0-9a-f]*)>/gi)) {
      found.set(glyph.toString(16).padStart(4, '0'), hex.length % 4 === 0 ? textOf(hex) : '')
      glyph += 1
    }
  }
  return found
}

export type PdfText = {
  readonly pages: number
  /** Names of the fonts that are in the file. */
  readonly fonts: readonly string[]
  /** All text in the order it was drawn, without what only space divides. */
  readonly text: string
}

/** The text of a PDF by the fonts it carries: what a reader could select and copy. */
export const readPdf = (pdf: Buffer): PdfText => {
  const objects = objectsOf(pdf)
  const all = [...objects.values()]
  const glyphs = new Map<string, ReadonlyMap<string, string>>()
  for (const { dict } of all)
    for (const { 1: name = '', 2: id = '' } of dict.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      const cmap = /\/ToUnicode (\d+) 0 R/.exec(objects.get(id)?.dict ?? '')?.[1] ?? ''
      glyphs.set(name, unicodeOf(objects.get(cmap)?.stream?.toString('latin1') ?? ''))
    }
  const pieces: string[] = []
  for (const { stream } of all) {
    const drawn = stream?.toString('latin1') ?? ''
    if (!drawn.includes(' Tf')) continue
    let font: ReadonlyMap<string, string> | undefined
    for (const { 1: name, 2: shown } of drawn.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
      if (name !== undefined) font = glyphs.get(name)
      const hex = [...(shown ?? '').matchAll(/<([0-9a-f]*)>/gi)].map(([, part = '']) => part).join('')
      if (hex) pieces.push((hex.match(/.{4}/g) ?? []).map(glyph => font?.get(glyph) ?? '�').join(''))
    }
  }
  const fonts = all.flatMap(({ dict }) => /\/FontName \/\w+\+([\w-]+)/.exec(dict)?.[1] ?? [])
  return {
    pages: all.filter(({ dict }) => /\/Type \/Page\b(?!s)/.test(dict)).length,
    fonts: [...new Set(fonts)].sort(),
    text: pieces.join(''),
  }
}
