import {
  buildResponse,
  createRequestFramer,
  MAX_WORDS,
  type ReadRequest,
} from '../protocols/modbus-scale/codec.ts'
import { scaleMaps } from '../protocols/modbus-scale/maps.ts'
import { encodeScale, type ScaleFault, type ScaleMap } from '../protocols/modbus-scale/registers.ts'
import type { FarEnd } from './far-end.ts'

/** What lies on the load cells, by slave address. */
export interface ScaleWorld {
  /** The slaves on the bus now; no other answers. */
  readonly addresses: readonly number[]
  grams(address: number): number
  stable(address: number): boolean
  /** What the transmitter reports in place of a weight, where its product has a bit for it. */
  fault?(address: number): ScaleFault | undefined
}

const ILLEGAL_DATA_ADDRESS = 2
const ILLEGAL_DATA_VALUE = 3

/**
 * Weighing transmitters on one bus, of one product or each of its own. Slave 0 is a broadcast: heard by all, answered
 * by none. A register that is in no map is illegal, on a real one it may hold something else.
 */
export const modbusScales =
  (world: ScaleWorld, map: ScaleMap | ((slave: number) => ScaleMap) = scaleMaps.simulated) =>
  (): FarEnd => {
    const framer = createRequestFramer()
    const obey = ({ slave, address, words }: ReadRequest): readonly Uint8Array[] => {
      if (!world.addresses.includes(slave)) return []
      const own = typeof map === 'function' ? map(slave) : map
      const refuse = (exception: number) => [buildResponse({ is: 'exception', slave, exception })]
      if (words < 1 || words > MAX_WORDS) return refuse(ILLEGAL_DATA_VALUE)
      const from = address - own.span.address
      if (from < 0 || from + words > own.span.words) return refuse(ILLEGAL_DATA_ADDRESS)
      // In this order: a pan that comes to rest in between is told as moving, not a moving weight as one at rest.
      const reading = { stable: world.stable(slave), grams: world.grams(slave) }
      const registers = encodeScale(own, reading, world.fault?.(slave))
      return [buildResponse({ is: 'words', slave, words: registers.slice(from, from + words) })]
    }
    return heard => framer.push(heard).flatMap(part => (part.is === 'frame' ? obey(part.frame) : []))
  }
