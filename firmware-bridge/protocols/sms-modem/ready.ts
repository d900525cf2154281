import { LineError } from '../../error.ts'
import type { LineClock } from '../../link/clock.ts'
import type { Line } from '../../link/line.ts'
import { createTurns } from '../../link/turns.ts'
import type { EarsOptions } from './ears.ts'
import { createAtSession } from './session.ts'
import { readySim, setUpLine, setUpMessages } from './setup.ts'

export type ReadyOptions = {
  readonly clock: LineClock
  /** Of the SIM card. */
  readonly pin?: string | undefined
  /** The adapter repeats what we send. */
  readonly echo?: boolean
  /** Tells when the line comes up or goes down. */
  readonly onLineChange?: (listener: (up: boolean) => void) => () => void
}

/** A late answer to a command given up comes before the next is asked. */
const LATE_MS = 500
const TURNAROUND_MS = 20

const isRestart = (error: unknown): boolean =>
  error instanceof LineError && error.code === 'E_MODEM_RESTARTED'

/** One operation at a time on a modem that is set up. */
export const keepReady = (
  line: Line,
  { clock, pin, echo, onLineChange }: ReadyOptions,
  onReport: (octets: Uint8Array) => void,
) => {
  const turns = createTurns(clock, TURNAROUND_MS)
  /** Counts how often the modem began anew; it is set up when that was done in this era. */
  let era = 0
  let readyIn: number | undefined
  let wanted = false

  const onRestart = (told: boolean): void => {
    era += 1
    if (!told || wanted) return
    // Reports come by themselves, so a modem that began anew is set up before anybody asks.
    wanted = true
    const forgetWish = (): void => {
      wanted = false
    }
    take(() => {
      forgetWish()
      return prepare()
    }).catch(forgetWish)
  }
  const onPdu: EarsOptions['onPdu'] = (of, octets) => {
    if (of === 'report') onReport(octets)
  }
  const session = createAtSession(line, { clock, echo, onPdu, onRestart })
  const forget = onLineChange?.(session.restarted)

  const prepare = async (): Promise<void> => {
    const now = era
    const ready = readyIn === now
    readyIn = undefined
    if (!ready) await setUpLine(session)
    await readySim(session, pin)
    if (!ready) await setUpMessages(session)
    readyIn = now
  }
  const take = <T>(job: () => Promise<T>): Promise<T> =>
    turns.take(() =>
      job().catch((error: unknown) => {
        readyIn = undefined
        turns.quietUntil(clock.now() + LATE_MS)
        throw error
      }),
    )
  return {
    session,
    take,
    /** Once more when the modem began anew meanwhile: so far nothing has been sent. */
    prepare: () =>
      prepare().catch((error: unknown) => {
        if (isRestart(error)) return prepare()
        throw error
      }),
    close: () => {
      forget?.()
      session.close()
    },
  }
}
