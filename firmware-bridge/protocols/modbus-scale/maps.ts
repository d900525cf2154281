import type { ModbusScaleModel } from './models.ts'
import type { Bit, ScaleMap, WordOrder } from './registers.ts'

const bit = (at: number, number: number, when: 0 | 1 = 1): Bit => ({ at, bit: number, when })

/** Of the simulated cabinet: hundredths of a gram in 0 and 1, status in 2. */
const simulated: ScaleMap = {
  span: { address: 0, words: 3 },
  weight: { at: 0, as: 'int32' },
  order: 'high-first',
  stable: bit(2, 0),
  faults: [
    ['overload', bit(2, 1)],
    ['cell', bit(2, 2)],
  ],
  decimals: 2,
  unitGrams: 1,
  emulated: {},
}

/**
 * Laumas TLB and TLU, and the family under other names (Bosche WTS). Positive integers, the sign in the status word.
 * Registers 40007 (status), 40008–9 (gross), 40014 (division and unit): TLU manual p. 30; TLB protocol manual 1.03.
 * Status bits: LCB manual p. 3 and, in the same order, WTS manual p. 46. Of 40014 two codes are confirmed by a user's
 * instrument: 0106 hex = grams by 1, 0107 hex = grams by 0.5, read with one decimal; the others follow the same
 * 1-2-5 ladder and kilograms = 0, not seen in print: a wrong one shows at the reference weight, ten times off.
 */
const laumasTlb: ScaleMap = {
  span: { address: 6, words: 8 },
  weight: { at: 7, as: 'uint32' },
  order: 'high-first',
  negative: bit(6, 7),
  stable: bit(6, 11),
  faults: [
    ['cell', bit(6, 0)],
    ['cell', bit(6, 1)],
    ['overload', bit(6, 2)],
    ['overload', bit(6, 3)],
    ['range', bit(6, 4)],
  ],
  decimals: {
    at: 13,
    mask: 0x00_ff,
    of: { 6: 0, 7: 1, 8: 1, 9: 1, 10: 2, 11: 2, 12: 2, 13: 3, 14: 3, 15: 3 },
  },
  unitGrams: { at: 13, mask: 0xff_00, of: { 0: 1_000, 256: 1 } },
  emulated: { 13: 0x01_09 },
}

/**
 * Flintec DAD 141.1: gross, net and qualifier in one block from 3500 hex, IEEE 754 (Modbus Communication manual
 * rev. 2.3: p. 10; qualifier bits p. 4; functions p. 2). High word first as in its integers (p. 4). It does not tell
 * its unit: calibrate it in grams.
 */
const flintecDad141: ScaleMap = {
  span: { address: 0x35_00, words: 5 },
  weight: { at: 0x35_00, as: 'float32' },
  order: 'high-first',
  stable: bit(0x35_04, 4),
  faults: [
    ['underload', bit(0x35_04, 0)],
    ['overload', bit(0x35_04, 1)],
  ],
  decimals: 0,
  unitGrams: 1,
  emulated: {},
}

/**
 * Flintec FT-112: gross 40005, status 40007, errors 40009, two words each (Technical Manual rev. 1.0.0, p. 120; the
 * word order is a setting of the instrument, p. 119). Taken as on most: 40001 is register 0 on the wire, integers are
 * signed. It does not tell its unit: calibrate it in grams; switched to its second unit it is refused.
 */
const flintecFt112 = (order: WordOrder): ScaleMap => {
  const low = order === 'low-first' ? 0 : 1
  const of32 = (at: number, number: number, when: 0 | 1 = 1): Bit =>
    bit(at + (number < 16 ? low : 1 - low), number % 16, when)
  return {
    span: { address: 4, words: 6 },
    weight: { at: 4, as: 'int32' },
    order,
    stable: of32(6, 2, 0),
    faults: [
      ['busy', of32(8, 1)],
      ['underload', of32(8, 3)],
      ['overload', of32(8, 4)],
      ['cell', of32(8, 5)],
      ['cell', of32(8, 2)],
      ['cell', of32(8, 0)],
      ['unit', of32(6, 6)],
    ],
    // Bits 31 … 27, of which one is set.
    decimals: {
      at: 6 + 1 - low,
      mask: 0xf8_00,
      of: { 32768: 0, 16384: 1, 8192: 2, 4096: 3, 2048: 4 },
    },
    unitGrams: 1,
    emulated: { [6 + 1 - low]: 0x20_00 },
  }
}

/**
 * 金诺 BSQ-DG-V2: one signed word, digits behind the point, unit (40001–3; 2 = kg, 4 = g). Its manual was not at hand:
 * three independent drivers for it agree on these registers, two of them on the units. No status word: an overload
 * shows only where the number ends, and rest only in the readings. It can track zero (40021–22): switch that off.
 */
const bsqDgV2: ScaleMap = {
  span: { address: 0, words: 3 },
  weight: { at: 0, as: 'int16' },
  order: 'high-first',
  faults: [],
  decimals: { at: 1, mask: 0xff_ff, of: { 0: 0, 1: 1, 2: 2, 3: 3 } },
  unitGrams: { at: 2, mask: 0xff_ff, of: { 2: 1_000, 4: 1 } },
  emulated: { 1: 1, 2: 4 },
}

export const scaleMaps: Readonly<Record<ModbusScaleModel, ScaleMap>> = {
  simulated,
  'laumas-tlb': laumasTlb,
  'flintec-dad141': flintecDad141,
  'flintec-ft112': flintecFt112('high-first'),
  'flintec-ft112-low-high': flintecFt112('low-first'),
  'bsq-dg-v2': bsqDgV2,
}
