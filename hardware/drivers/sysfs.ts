import { readFile } from 'node:fs/promises'

/** `no-answer`: the device is not there or does not speak; `unreadable`: the file is there and makes no sense. */
export type Attribute =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly fault: 'no-answer' | 'unreadable' }

/** What the kernel says of a device that is gone, was never there, or does not answer on its bus. */
const NO_ANSWER = new Set(['ENOENT', 'ENODEV', 'ENXIO', 'EIO', 'EREMOTEIO', 'ETIMEDOUT'])

/** One attribute of the kernel, trimmed. Never rejects. */
export const readAttribute = async (path: string): Promise<Attribute> => {
  try {
    return { ok: true, text: (await readFile(path, 'utf8')).trim() }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    return { ok: false, fault: NO_ANSWER.has(code) ? 'no-answer' : 'unreadable' }
  }
}
