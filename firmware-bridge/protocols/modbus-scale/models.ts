/** The products whose register maps are known (`maps.ts`); `model` of a scale in the cabinet plan. */
export const modbusScaleModels = [
  'simulated',
  'laumas-tlb',
  'flintec-dad141',
  'flintec-ft112',
  'flintec-ft112-low-high',
  'bsq-dg-v2',
] as const

export type ModbusScaleModel = (typeof modbusScaleModels)[number]
