import Type from 'typebox'
import Value from 'typebox/value'
import type { Manners } from '#firmware-bridge/emulator/far-end.ts'
import { HardwareError } from '../error.ts'

const Count = Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 }))

const Change = Type.Object(
  {
    deaf: Type.Optional(Type.Boolean()),
    echo: Type.Optional(Type.Boolean()),
    slowMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 60_000 })),
    corruptHeard: Count,
    corruptReplies: Count,
    baudRatio: Type.Optional(Type.Number({ minimum: 0.01, maximum: 100 })),
    chunks: Type.Optional(Type.Union([Type.Literal('whole'), Type.Literal('bytes'), Type.Literal('glued')])),
    /** The adapter is out: the port is gone, or the gateway refuses. */
    unplugged: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)

/** What may be changed of a line's manners; what is not named stays. */
export type MannersChange = Partial<Manners> & { readonly unplugged?: boolean }

const names = Object.keys(Change.properties).join(', ')

const refuse = (what: string): HardwareError =>
  new HardwareError('E_MANNERS', {
    zh: `线路故障设置无效：${what}（可设 ${names}）`,
    en: `no such manners: ${what} (there are ${names})`,
  })

/** Throws E_MANNERS. */
export const checkManners = (value: unknown): MannersChange => {
  if (Value.Check(Change, value)) return value
  throw refuse(JSON.stringify(value))
}

const meant = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** `locks.slowMs=400` → the line and its change. Throws E_MANNERS. */
export const parseManners = (text: string): readonly [line: string, change: MannersChange] => {
  const [, line = '', name = '', value = ''] = /^([A-Za-z0-9_-]+)\.(\w+)=(.*)$/.exec(text) ?? []
  if (line === '') throw refuse(text)
  return [line, checkManners({ [name]: meant(value) })]
}
