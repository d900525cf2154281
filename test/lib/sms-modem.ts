import { type FarEnd, goodManners, serveLine } from '#firmware-bridge/emulator/far-end.ts'
import { type EmulatedModem, emulatedModem, type ModemState } from '#firmware-bridge/emulator/sms-modem.ts'
import { createListeners } from '#firmware-bridge/link/line.ts'
import { memoryLine } from '#firmware-bridge/link/memory.ts'
import { createGsmModem, type GsmModem } from '#firmware-bridge/protocols/sms-modem/board.ts'
import type { DeliveryReport } from '#firmware-bridge/protocols/sms-modem/reports.ts'
import { fakeLineClock } from './hardware-fake-clock.ts'

export const MOBILE = '+8613800138000'

export type ModemSetting = {
  readonly state?: Partial<ModemState>
  readonly pin?: string
  readonly echo?: boolean
  /** A modem that another program has used before. */
  readonly modem?: EmulatedModem
}

/** A modem at the end of a line in memory, and all that was typed to it; time stands until something is waited for. */
export const modemOnALine = ({ state = {}, pin, echo = false, modem }: ModemSetting = {}) => {
  const clock = fakeLineClock()
  const [near, far] = memoryLine()
  const manners = goodManners()
  const lines = createListeners<boolean>()
  const far1 = modem ?? emulatedModem({ state, clock, now: () => new Date('2026-03-01T02:00:00Z') })
  serveLine(far, {
    createFarEnd: (speak): FarEnd => far1.createFarEnd(speak),
    manners: Object.assign(manners, { echo }),
    clock,
  })
  let typed = ''
  far.onData(bytes => {
    typed += Buffer.from(bytes).toString('latin1')
  })
  const device: GsmModem = createGsmModem(near, {
    clock,
    pin,
    echo,
    onLineChange: lines.add,
    firstConcatenation: 7,
  })
  const reports: DeliveryReport[] = []
  device.onReport(report => reports.push(report))

  /** Turns the clock until the promise has ended; fails when an hour does not end it. */
  const ended = async <T>(promise: Promise<T>): Promise<T> => {
    let over = false
    const end = (): void => {
      over = true
    }
    promise.then(end, end)
    for (let ms = 0; !over; ms += 10) {
      if (ms > 3_600_000) throw new Error('an hour has passed')
      await clock.pass(10)
    }
    return promise
  }
  return {
    clock,
    manners,
    modem: far1,
    device,
    reports,
    ended,
    line: lines.tell,
    near,
    typed: (): string => typed,
    /** What became of a message: its references, or code and kind of the error. */
    send: (text: string, to = MOBILE) =>
      ended(
        device.send({ to, text }).then(
          ({ references }) => references,
          ({ code, kind }: { code: string; kind: string }) => ({ code, kind }),
        ),
      ),
  }
}
