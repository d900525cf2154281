import { HardwareError } from './error.ts'

/** Wall-clock time, for stamps. */
export type HardwareClock = () => Date

declare const checkedPulse: unique symbol
/** A pulse length in milliseconds, 100 … 1000. Made by `pulseMs` only, so that no port can be asked for more. */
export type PulseMs = number & { readonly [checkedPulse]: true }

/** A coil held longer than this burns; no setting, plan or caller lifts it. */
export const MAX_PULSE_MS = 1_000
export const MIN_PULSE_MS = 100

/** Throws E_PULSE (permanent) for anything but an integer from 100 to 1000. */
export const pulseMs = (ms: number): PulseMs => {
  if (!Number.isInteger(ms) || ms < MIN_PULSE_MS || ms > MAX_PULSE_MS) {
    throw new HardwareError('E_PULSE', {
      zh: `开锁脉冲必须是 ${MIN_PULSE_MS}–${MAX_PULSE_MS} 毫秒的整数`,
      en: `a pulse must be an integer of ${MIN_PULSE_MS}–${MAX_PULSE_MS} ms`,
    })
  }
  return ms as PulseMs
}

/** One drawer's lock. */
export interface Lock {
  /**
   * Energises once. Resolving says that the order went out, not that the drawer opened: ask `state`. A rejection of
   * kind `transient` means nothing went out; `ambiguous` means it may have, and it must never be sent again by itself.
   */
  pulse(ms: PulseMs): Promise<void>
  /** What the sensor says now. Rejects (transient) when it cannot be asked. */
  state(): Promise<'open' | 'closed'>
}

/** One drawer's load cell. */
export interface Scale {
  /** Grams on the pan, and whether they rest; only a stable reading may be counted from. */
  read(): Promise<{ readonly grams: number; readonly stable: boolean }>
}

/** Why there is no temperature. A fault is data, not an exception: "no valid reading for N minutes" is an alarm. */
export type TemperatureFault = 'no-answer' | 'bad-crc' | 'power-on-value' | 'unreadable'

/** `replay`: recorded data played again, never to be taken for a live sensor. */
export type TemperatureSource = 'sensor' | 'replay'

export type TemperatureReading =
  | { readonly ok: true; readonly celsius: number; readonly at: Date; readonly source: TemperatureSource }
  | {
      readonly ok: false
      readonly fault: TemperatureFault
      readonly at: Date
      readonly source: TemperatureSource
    }

export interface Thermometer {
  /** Never rejects. */
  read(): Promise<TemperatureReading>
}
