import type { ColdPlace } from '#domain/cold-chain/place.ts'
import type {
  Battery,
  Beacon,
  Contact,
  GpioStatus,
  Hygrometer,
  LineStats,
  Lock,
  MainsPower,
  PulseMs,
  Scale,
  Scanner,
  Siren,
  SmsModem,
  Thermometer,
} from '#hardware/ports.ts'

/** What the agent asks of the cabinet; the drivers behind it are chosen in `main.ts`. */
export type EdgeHardware = {
  readonly drawers: ReadonlyMap<
    string,
    {
      readonly lock: Lock
      readonly scale: Scale
      readonly pulse: PulseMs
      /** The thermometer over this drawer's goods. */
      readonly cold?: string
      readonly role: 'stock' | 'return'
    }
  >
  readonly thermometers: ReadonlyMap<string, Thermometer & ColdPlace & { readonly name: string }>
  readonly scanners?: ReadonlyMap<string, Scanner>
  readonly hygrometers?: ReadonlyMap<
    string,
    Hygrometer & {
      readonly name: string
      readonly limits?: { readonly low: number; readonly high: number }
    }
  >
  /** Absent where the cabinet has no modem. */
  readonly sms?: SmsModem
  /** Of the local alarm; absent where the cabinet has none. */
  readonly beacon?: Beacon
  readonly siren?: Siren
  readonly mains?: MainsPower
  readonly battery?: Battery
  /** The refrigerators' own doors, by their thermometer. */
  readonly doors?: ReadonlyMap<string, Contact & { readonly name: string }>
  /** How long a door may stand open, and the mains be away, minutes; unsaid = the presets (`domain/cold-chain/standing.ts`). */
  readonly patience?: { readonly doorMinutes?: number; readonly powerMinutes?: number }
  /** How the guard of the pins is, if the cabinet uses any. */
  gpioStatus?(): GpioStatus
  lineStats(): readonly LineStats[]
  /** False when there is no such line. */
  logWire(line: string, on: boolean): boolean
  close(): Promise<void>
}
