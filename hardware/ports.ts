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

/** One line's state and its counts since the start. */
export type LineStats = {
  readonly line: string
  readonly up: boolean
  readonly sent: number
  readonly answered: number
  readonly discardedBytes: number
  readonly badChecksums: number
  /** Whole frames nobody waited for, or not the one waited for. */
  readonly late: number
  readonly reopenings: number
  /** Its bytes go to the wire log. */
  readonly logged: boolean
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
  /** Sets the instrument's own zero where it has such an order. Rejects (transient) while the pan does not rest. */
  zero?(): Promise<void>
  /** Has the instrument find its own factor by the weight that lies on it, g; likewise. */
  span?(grams: number): Promise<void>
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

export type HumidityReading =
  | { readonly ok: true; readonly percent: number; readonly at: Date }
  | { readonly ok: false; readonly fault: 'no-answer' | 'unreadable'; readonly at: Date }

export interface Hygrometer {
  /** Relative humidity. Never rejects. */
  humidity(): Promise<HumidityReading>
}

/** A switch, debounced. `onChange` tells every settled change and returns the unsubscription. */
export interface Contact {
  /** Rejects (transient) when it cannot be read. */
  state(): Promise<'open' | 'closed'>
  onChange(listener: (state: 'open' | 'closed') => void): () => void
}

/** A lamp. Rejects (transient) when it cannot be switched. */
export interface Beacon {
  show(pattern: 'off' | 'steady' | 'flashing'): Promise<void>
}

/** Rejects (transient) when it cannot be switched. */
export interface Siren {
  sound(on: boolean): Promise<void>
}

export interface MainsPower {
  /** Rejects (transient) when it cannot be read. */
  state(): Promise<'present' | 'absent'>
  onChange(listener: (state: 'present' | 'absent') => void): () => void
}

/** What the cabinet runs on while the mains are away. `percent`: its charge, if it is known. */
export interface Battery {
  /** Rejects (transient) when it cannot be read. */
  state(): Promise<{ readonly low: boolean; readonly percent?: number }>
}

/** The process that holds the pins: `losses` counts those that were ready and ended; why the last one did. */
export type GpioStatus = {
  readonly state: 'starting' | 'ready' | 'down' | 'closed'
  readonly losses: number
  readonly lastError?: HardwareError
}

/** `text`: what was read, its AIM prefix and line end taken off; `symbology` is that prefix, e.g. `]C1`. */
export type Scan = { readonly text: string; readonly symbology?: string; readonly at: Date }

export interface Scanner {
  onScan(listener: (scan: Scan) => void): () => void
  /** Starts a scan without its button. Rejects (transient) when the line is down. */
  trigger(): Promise<void>
}

/** What the network said to a message that it had taken, one for each part. `reference` as `send` gave it. */
export type SmsReport = { readonly reference: number; readonly delivered: boolean; readonly at: Date }

export type SmsHealth = {
  readonly registered: boolean
  /** dBm, if the modem knows. */
  readonly signal?: number
  readonly simReady: boolean
}

export interface SmsModem {
  /**
   * `to` as +86…; any text, cut into parts as needed. Resolves when the network has taken every part. A rejection of
   * kind `ambiguous` means that some part may have gone out.
   */
  send(message: {
    readonly to: string
    readonly text: string
  }): Promise<{ readonly references: readonly number[] }>
  onReport(listener: (report: SmsReport) => void): () => void
  health(): Promise<SmsHealth>
}
