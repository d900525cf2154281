import {
  buildResponse,
  createRequestFramer,
  MAX_WORDS,
  type ReadRequest,
} from '../protocols/modbus-scale/codec.ts'
import { defaultScaleMap, encodeScale, type ScaleMap, spanOf } from '../protocols/modbus-scale/registers.ts'
import type { FarEnd } from './far-end.ts'

/** What lies on the load cells, by slave address. */
export interface ScaleWorld {
  /** The slaves on the bus; no other answers. */
  readonly addresses: readonly number[]
  grams(address: number): number
  stable(address: number): boolean
}

const ILLEGAL_DATA_ADDRESS = 2
const ILLEGAL_DATA_VALUE = 3

/** Weighing transmitters on one bus. Slave 0 is a broadcast: heard by all, answered by none. */
export const modbusScales =
  (world: ScaleWorld, map: ScaleMap = defaultScaleMap) =>
  (): FarEnd => {
    const framer = createRequestFramer()
    const span = spanOf(map)
    const obey = ({ slave, address, words }: ReadRequest): readonly Uint8Array[] => {
      if (!world.addresses.includes(slave)) return []
      const refuse = (exception: number) => [buildResponse({ is: 'exception', slave, exception })]
      if (words < 1 || words > MAX_WORDS) return refuse(ILLEGAL_DATA_VALUE)
      const from = address - span.address
      if (from < 0 || from + words > span.words) return refuse(ILLEGAL_DATA_ADDRESS)
      const registers = encodeScale(map, { grams: world.grams(slave), stable: world.stable(slave) })
      return [buildResponse({ is: 'words', slave, words: registers.slice(from, from + words) })]
    }
    return heard => framer.push(heard).flatMap(part => (part.is === 'frame' ? obey(part.frame) : []))
  }
