/** J/(mol·K) ÷ 1000: the gas constant as the known answers of USP ⟨1079.2⟩'s examples use it. */
const GAS_CONSTANT = 0.008314472
const KELVIN = 273.15

/** kJ/mol, USP's default; some loggers take 83.0. */
export const DEFAULT_ACTIVATION_ENERGY = 83.144

/** A temperature, °C, and how long it stood, in any one unit. */
export interface Weighted {
  readonly celsius: number
  readonly weight: number
}

/**
 * Mean kinetic temperature (平均动力学温度), °C: Tk = (ΔH/R) / −ln(Σ wᵢ·exp(−ΔH/(R·Tᵢ)) / Σ wᵢ), the constant
 * temperature that would have done the same harm. Null where nothing has weight. Weighted by time, so that readings of
 * unequal spacing count for as long as they stood. It says nothing of frozen goods: there the caller must not ask.
 */
export const meanKinetic = (
  temperatures: readonly Weighted[],
  activationEnergy = DEFAULT_ACTIVATION_ENERGY,
): number | null => {
  const ratio = activationEnergy / GAS_CONSTANT
  let weights = 0
  let sum = 0
  for (const { celsius, weight } of temperatures) {
    weights += weight
    sum += weight * Math.exp(-ratio / (celsius + KELVIN))
  }
  return weights > 0 ? ratio / -Math.log(sum / weights) - KELVIN : null
}
