import { createGsmModem } from '#firmware-bridge/protocols/sms-modem/board.ts'
import type { CabinetPlan } from '../plan-schema.ts'
import type { HardwareClock, SmsModem } from '../ports.ts'
import type { Buses } from './buses.ts'

type SmsModemPlan = NonNullable<CabinetPlan['smsModem']>

/** A GSM modem. Reports are stamped with the site's clock, as everything else that happens here; the network has its own. */
export const openSmsModem = (
  { line, pin }: SmsModemPlan,
  { buses, clock }: { readonly buses: Buses; readonly clock: HardwareClock },
): SmsModem => {
  const modem = buses.attach(line, wire => createGsmModem(wire.line, { ...wire, pin }))
  return {
    send: modem.send,
    onReport: listener =>
      modem.onReport(({ reference, delivered }) => listener({ reference, delivered, at: clock() })),
    health: modem.health,
  }
}
