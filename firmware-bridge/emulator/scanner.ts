import { buildTriggerReply, createTriggerFramer } from '../protocols/scanner/codec.ts'
import type { FarEnd } from './far-end.ts'

/** What lies before the scanner: the bytes it sends, without the end of line, or undefined when there is no code. */
export type ScannerWorld = { readonly see: () => string | undefined; readonly end: '\r' | '\r\n' }

/** A scanner that is triggered by command. Its answer to the trigger stands in the stream of codes, as on the real ones. */
export const scanner =
  ({ see, end }: ScannerWorld) =>
  (): FarEnd => {
    const framer = createTriggerFramer()
    return heard =>
      framer.push(heard).flatMap(part => {
        if (part.is !== 'frame') return []
        const code = see()
        const scanned = code === undefined ? [] : [Uint8Array.from(Buffer.from(code + end, 'latin1'))]
        return [buildTriggerReply(), ...scanned]
      })
  }
