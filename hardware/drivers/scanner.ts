import { createSerialScanner } from '#firmware-bridge/protocols/scanner/board.ts'
import type { CabinetPlan } from '../plan-schema.ts'
import type { HardwareClock, Scanner } from '../ports.ts'
import type { Buses } from './buses.ts'

type ScannerPlan = NonNullable<CabinetPlan['scanners']>[number]

/** A serial scanner. What it cannot read comes as no scan; the discarded bytes of its line count it. */
export const openScanner = (
  { line }: ScannerPlan,
  { buses, clock }: { readonly buses: Buses; readonly clock: HardwareClock },
): Scanner => {
  const scanner = buses.attach(line, wire => createSerialScanner(wire.line, wire))
  return {
    onScan: listener =>
      scanner.onScan(({ code, symbology }) =>
        listener({ text: code, at: clock(), ...(symbology === undefined ? {} : { symbology }) }),
      ),
    trigger: scanner.trigger,
  }
}
