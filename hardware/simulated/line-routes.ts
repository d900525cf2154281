import Type from 'typebox'
import Value from 'typebox/value'
import { HardwareError } from '../error.ts'
import { changeManners, type EmulatedLine } from './emulate-line.ts'
import type { MoreRoutes } from './hand-api.ts'
import { checkManners } from './manners.ts'

/*
 * What goes wrong on the lines, beside the hand:
 *   GET  /lines               → each line: where, what, manners, what it took in
 *   POST /lines/:id           { deaf?, slowMs?, unplugged?, … } → the same
 *   POST /lines/:id/scan      { code } → the same
 */
const Code = Type.Object({ code: Type.String({ minLength: 1, maxLength: 512 }) })

const refuse = (code: string, zh: string, en: string): HardwareError => new HardwareError(code, { zh, en })

const viewOf = ({ driver, served, manners, isPlugged, seen }: EmulatedLine) => ({
  driver,
  served,
  manners: { ...manners, unplugged: !isPlugged() },
  ...(seen === undefined ? {} : { seen: seen() }),
})

const act = async (line: EmulatedLine, action: string | undefined, body: unknown): Promise<void> => {
  if (action === undefined) return changeManners(line, checkManners(body))
  if (line.scan === undefined) throw refuse('E_HAND_ROUTE', '这条线路没有扫码器', 'there is no scanner on it')
  if (!Value.Check(Code, body)) throw refuse('E_HAND_BODY', '请求内容不合规', 'the body does not fit')
  line.scan(body.code)
}

/** The lines of an emulated cabinet over HTTP. */
export const lineRoutes =
  (lines: ReadonlyMap<string, EmulatedLine>): MoreRoutes =>
  async (method, path, body) => {
    const [found, id, action] = /^\/lines(?:\/([A-Za-z0-9_-]+)(?:\/(scan))?)?$/.exec(path) ?? []
    if (found === undefined) return undefined
    if (method === 'POST' && id !== undefined) {
      const line = lines.get(id)
      if (line === undefined) throw refuse('E_LINE_ABSENT', '没有这条线路', 'there is no such line')
      await act(line, action, await body())
    } else if (method !== 'GET' || id !== undefined)
      throw refuse('E_HAND_ROUTE', '没有这个接口', 'there is no such route')
    return Object.fromEntries([...lines].map(([each, line]) => [each, viewOf(line)]))
  }
