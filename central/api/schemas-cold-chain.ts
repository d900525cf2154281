/** The shapes of a temperature chart (`cloud-sync/contract/edge-cold-chain.ts`), as schemas. */
import Type from 'typebox'

const text = Type.String()
const number = Type.Number()
const numbers = Type.Array(number)
const gapped = Type.Array(Type.Union([number, Type.Null()]))
const textOrNull = Type.Union([text, Type.Null()])

export const ColdSeriesSchema = Type.Object({
  ...{ thermometer: text, name: text, low: number, high: number },
  limits: Type.Optional(Type.Array(Type.Object({ at: number, low: number, high: number }))),
  ...{ from: text, to: text, width: number },
  columns: Type.Object({
    ...{ at: numbers, min: gapped, max: gapped, over: numbers, under: numbers, coverage: numbers },
  }),
  summary: Type.Object({
    min: Type.Union([number, Type.Null()]),
    max: Type.Union([number, Type.Null()]),
    ...{ minutesOver: number, minutesUnder: number, coverage: number },
  }),
})

const what = ['door', 'mains', 'excursion', 'acknowledged', 'suspect', 'fault'] as const
export const ColdEventListSchema = Type.Object({
  events: Type.Array(
    Type.Object({
      what: Type.Union(what.map(one => Type.Literal(one))),
      start: text,
      end: textOrNull,
      text: Type.Object({ zh: text, en: text }),
      replayed: Type.Optional(Type.Boolean()),
    }),
  ),
  omittedBefore: textOrNull,
})
