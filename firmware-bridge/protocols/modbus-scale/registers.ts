/**
 * Where a transmitter keeps its weight; differs per product, so it is data. The weight is a signed integer of `words`
 * registers, `scaleGrams` grams a count; `stableBit` of the status register is 1 when the pan rests.
 */
export type ScaleMap = {
  readonly weight: {
    readonly address: number
    readonly words: 1 | 2
    readonly order: 'high-first' | 'low-first'
    readonly scaleGrams: number
  }
  readonly status: { readonly address: number; readonly stableBit: number }
}

/** The map of the simulated cabinet: weight in 0 and 1 in hundredths of a gram, status in 2. */
export const defaultScaleMap: ScaleMap = {
  weight: { address: 0, words: 2, order: 'high-first', scaleGrams: 0.01 },
  status: { address: 2, stableBit: 0 },
}

export type ScaleReading = { readonly grams: number; readonly stable: boolean }

/** The one range that holds weight and status: read together, they are of the same moment. */
export const spanOf = ({
  weight,
  status,
}: ScaleMap): { readonly address: number; readonly words: number } => {
  const address = Math.min(weight.address, status.address)
  const end = Math.max(weight.address + weight.words, status.address + 1)
  return { address, words: end - address }
}

/** Reads the words of `spanOf(map)`. */
export const decodeScale = (map: ScaleMap, words: readonly number[]): ScaleReading => {
  const { weight, status } = map
  const { address } = spanOf(map)
  const at = weight.address - address
  const first = words[at] ?? 0
  const second = words[at + 1] ?? 0
  const [high, low] = weight.order === 'high-first' ? [first, second] : [second, first]
  // JavaScript's bit operators are signed 32 bit, which is just what is wanted here.
  const count = weight.words === 1 ? (first << 16) >> 16 : (high << 16) | low
  const bits = words[status.address - address] ?? 0
  // Counts times 0.01 leaves binary dust behind; no cell resolves a millionth of a gram.
  const grams = Math.round(count * weight.scaleGrams * 1e6) / 1e6
  return { grams, stable: ((bits >> status.stableBit) & 1) === 1 }
}

/** The words of `spanOf(map)` for a reading; for the emulator. */
export const encodeScale = (map: ScaleMap, { grams, stable }: ScaleReading): readonly number[] => {
  const { weight, status } = map
  const { address, words } = spanOf(map)
  const count = Math.round(grams / weight.scaleGrams)
  const high = (count >> 16) & 0xffff
  const low = count & 0xffff
  const pair = weight.order === 'high-first' ? [high, low] : [low, high]
  const registers = new Array<number>(words).fill(0)
  registers.splice(weight.address - address, weight.words, ...(weight.words === 1 ? [low] : pair))
  registers[status.address - address] = stable ? 1 << status.stableBit : 0
  return registers
}
