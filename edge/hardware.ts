import type { Lock, PulseMs, Scale, Thermometer } from '#hardware/ports.ts'

/** What the agent asks of the cabinet; the drivers behind it are chosen in `main.ts`. */
export type EdgeHardware = {
  readonly drawers: ReadonlyMap<
    string,
    { readonly lock: Lock; readonly scale: Scale; readonly pulse: PulseMs }
  >
  readonly thermometers: ReadonlyMap<
    string,
    Thermometer & { readonly name: string; readonly low: number; readonly high: number }
  >
  close(): Promise<void>
}
