export type BatteryMake = {
  /** Charge at the start, %. */
  readonly percent?: number
  /** From full to empty while the mains are away, and back, hours. */
  readonly lastsHours?: number
  readonly chargeHours?: number
}

export interface Battery {
  percent(): number
  /** Lets time pass. */
  advance(ms: number, mains: boolean): void
  set(percent: number): void
}

const HOUR_MS = 3_600_000

/** What the cabinet runs on: empties while the mains are away, fills while they are there. */
export const createBattery = ({
  percent = 100,
  lastsHours = 8,
  chargeHours = 4,
}: BatteryMake = {}): Battery => {
  let charge = percent
  const set = (next: number): void => {
    charge = Math.min(100, Math.max(0, next))
  }
  return {
    percent: () => charge,
    advance: (ms, mains) => {
      const part = (ms / HOUR_MS) * 100
      set(charge + (mains ? part / chargeHours : -part / lastsHours))
    },
    set,
  }
}
