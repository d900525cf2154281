/** Why a transmitter has no weight to give. */
export type ScaleFault = 'overload' | 'underload' | 'cell' | 'busy' | 'unit' | 'range'

/** Bit 0 … 15 of a register; `when` is its value that means what it is listed for. */
export type Bit = { readonly at: number; readonly bit: number; readonly when: 0 | 1 }

/** A number that a register gives in code: `of` goes by what remains of it under `mask`. */
export type Coded = {
  readonly at: number
  readonly mask: number
  readonly of: Readonly<Record<number, number>>
}

/** Which words of a 32-bit value come first. */
export type WordOrder = 'high-first' | 'low-first'

/**
 * Where a transmitter keeps its weight; differs per product, so it is data. Addresses are those on the wire, from 0.
 * All of a map lies in one span, which is read at once: weight, status and decimal point are of the same moment.
 */
export type ScaleMap = {
  readonly span: { readonly address: number; readonly words: number }
  /** `uint32`: a magnitude, whose sign is the bit `negative`. */
  readonly weight: { readonly at: number; readonly as: 'int16' | 'int32' | 'uint32' | 'float32' }
  readonly order: WordOrder
  readonly negative?: Bit
  /** Without it the readings themselves must show that the pan rests. */
  readonly stable?: Bit
  readonly faults: readonly (readonly [ScaleFault, Bit])[]
  /** Digits behind the decimal point of an integer. */
  readonly decimals: number | Coded
  /** Grams of one unit shown. A code that is not listed is no mass, or none that a drug cabinet is weighed in. */
  readonly unitGrams: number | Coded
  /** Settings of the emulated instrument: what its other registers hold. */
  readonly emulated: Readonly<Record<number, number>>
}

export type ScaleReading = { readonly grams: number; readonly stable: boolean }

/** `stable` is missing where the product has no bit for it. */
export type Decoded =
  | { readonly is: 'weight'; readonly grams: number; readonly stable?: boolean }
  | { readonly is: 'fault'; readonly fault: ScaleFault }

/** No cell resolves a millionth of a gram; 25 × 0.01 leaves binary dust behind. Zero has no sign on a scale. */
const dusted = (grams: number): number => Math.round(grams * 1e6) / 1e6 + 0

type Registers = (address: number) => number

const isSet = (word: Registers, { at, bit, when }: Bit): boolean => ((word(at) >> bit) & 1) === when

const decoded = (word: Registers, code: number | Coded): number | undefined =>
  typeof code === 'number' ? code : code.of[word(code.at) & code.mask]

const float = new DataView(new ArrayBuffer(4))

/** The raw number in the weight's registers. */
const countOf = ({ weight: { at, as }, order }: ScaleMap, word: Registers): number => {
  if (as === 'int16') return (word(at) << 16) >> 16
  const [high, low] = order === 'high-first' ? [word(at), word(at + 1)] : [word(at + 1), word(at)]
  if (as === 'int32') return (high << 16) | low
  float.setUint32(0, high * 0x1_00_00 + low)
  return as === 'uint32' ? float.getUint32(0) : float.getFloat32(0)
}

/** The ends of what can be shown are no weights: a value stands there that did not fit. */
const ENDS: Readonly<Record<ScaleMap['weight']['as'], readonly [number, number]>> = {
  int16: [-0x80_00, 0x7f_ff],
  int32: [-0x80_00_00_00, 0x7f_ff_ff_ff],
  uint32: [-1, 0xff_ff_ff_ff],
  float32: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
}

/** Reads the words of the map's span. */
export const decodeScale = (map: ScaleMap, words: readonly number[]): Decoded => {
  const word: Registers = address => words[address - map.span.address] ?? 0
  const fault = map.faults.find(([, bit]) => isSet(word, bit))?.[0]
  if (fault !== undefined) return { is: 'fault', fault }
  const unit = decoded(word, map.unitGrams)
  const decimals = decoded(word, map.decimals)
  if (unit === undefined || decimals === undefined) return { is: 'fault', fault: 'unit' }
  const count = countOf(map, word)
  const [least, most] = ENDS[map.weight.as]
  // Asked this way round, so that what is no number at all is refused as well.
  if (!(count > least && count < most)) return { is: 'fault', fault: 'range' }
  const sign = map.negative !== undefined && isSet(word, map.negative) ? -1 : 1
  const grams = dusted((sign * count * unit) / 10 ** decimals)
  return { is: 'weight', grams, ...(map.stable === undefined ? {} : { stable: isSet(word, map.stable) }) }
}

type Put = (address: number, value: number) => void

const putCount = ({ weight: { at, as }, order }: ScaleMap, put: Put, count: number): void => {
  const [least, most] = ENDS[as]
  const value = Math.min(most, Math.max(least, as === 'uint32' ? Math.abs(count) : count))
  if (as === 'int16') {
    put(at, value)
    return
  }
  if (as === 'float32') float.setFloat32(0, value)
  else float.setUint32(0, value)
  const pair = [float.getUint16(0), float.getUint16(2)]
  if (order === 'low-first') pair.reverse()
  pair.forEach((word, index) => {
    put(at + index, word)
  })
}

/** The words of the map's span for a reading, or for a fault that the product has a bit for; for the emulator. */
export const encodeScale = (
  map: ScaleMap,
  { grams, stable }: ScaleReading,
  fault?: ScaleFault,
): readonly number[] => {
  const registers = new Array<number>(map.span.words).fill(0)
  const word: Registers = address => registers[address - map.span.address] ?? 0
  const put: Put = (address, value) => {
    registers[address - map.span.address] = value & 0xff_ff
  }
  const putBit = ({ at, bit, when }: Bit, holds: boolean): void => {
    const one = holds === (when === 1) ? 1 : 0
    put(at, (word(at) & ~(1 << bit)) | (one << bit))
  }
  for (const [address, value] of Object.entries(map.emulated)) put(Number(address), value)
  const step = (decoded(word, map.unitGrams) ?? 1) / 10 ** (decoded(word, map.decimals) ?? 0)
  putCount(map, put, map.weight.as === 'float32' ? Math.fround(grams / step) : Math.round(grams / step))
  if (map.negative !== undefined) putBit(map.negative, grams < 0)
  if (map.stable !== undefined) putBit(map.stable, stable)
  for (const [each, bit] of map.faults) putBit(bit, each === fault)
  return registers
}
