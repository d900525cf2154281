import Type from 'typebox'

/* Unknown fields are refused: a misspelt `closedWhen` that is silently ignored would turn a sensor round. */
export const strict = { additionalProperties: false } as const

/** What a field means, for docs/cabinet-plan.md and for `yaogui plan fields`; Chinese first. */
export const said = (zh: string, en: string, unit?: string) => ({
  description: `${zh} / ${en}`,
  ...(unit === undefined ? {} : { unit }),
})

export const driver = <D extends string>(name: D) => Type.Literal(name, said('驱动', 'driver'))

/** No '.' or '/': ids end up in MQTT topics. */
export const Id = (zh: string, en: string) =>
  Type.String({ pattern: '^[A-Za-z0-9_-]{1,32}$', shown: 'A–Z a–z 0–9 _ -, 1 … 32', ...said(zh, en) })

export const OnLine = Id('所在线路', 'the line it hangs on')

export const Text = (zh: string, en: string) => Type.String({ minLength: 1, ...said(zh, en) })

export const DebounceMs = Type.Integer({
  minimum: 0,
  maximum: 1_000,
  default: 30,
  ...said('去抖时间', 'a change must last this long', 'ms'),
})

/** BCM numbers of the 40-pin header. 0 and 1 belong to the identification EEPROM of a hat. */
export const Pin = (zh: string, en: string) =>
  Type.Integer({ minimum: 2, maximum: 27, ...said(`${zh}，BCM 编号`, `${en}, BCM number`) })

/** Where on a board of our own protocol. */
export const onBoard = {
  line: OnLine,
  board: Type.Integer({ minimum: 1, maximum: 31, ...said('板号', 'board number') }),
  channel: Type.Integer({ minimum: 1, maximum: 16, ...said('通道', 'channel') }),
}

export const Day = (zh: string, en: string) =>
  Type.String({
    pattern: '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$',
    shown: '年-月-日 / YYYY-MM-DD',
    ...said(zh, en),
  })

/** Who found how far a device is from the truth, and until when that holds. */
export const Calibration = Type.Object(
  {
    certificate: Type.String({
      minLength: 1,
      maxLength: 64,
      ...said('证书编号', 'number of the certificate'),
    }),
    by: Type.String({ minLength: 1, maxLength: 64, ...said('经手人', 'who did it') }),
    on: Day('校准日期', 'when'),
    expires: Day('有效期至（含当日）', 'last day on which it holds'),
  },
  { ...strict, ...said('校准记录', 'calibration record') },
)
