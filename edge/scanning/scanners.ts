/**
 * The scanners of the cabinet. Invariants: what two of them read at once is handled one after the other, in the order it came,
 * and none is lost; a text that is read again within a second of its last reading is the same reading; while nobody is logged
 * in only badges are heard.
 */
import type { Logger } from 'pino'
import type { ScanView } from '#cloud-sync/contract/edge-scanning.ts'
import { SECOND } from '#domain/time.ts'
import type { Scan, Scanner } from '#hardware/ports.ts'
import type { EdgeClock } from '../clock.ts'
import type { ScanText } from './scan.ts'

const SAME_MS = SECOND
/** Far more than hands can scan while one code is looked up. */
const MAX_WAITING = 100

/** A page where somebody is logged in. */
export type Page = {
  readonly person: string
  /** Milliseconds until its login ends: whoever has most was there last. */
  readonly left: () => number
  readonly tell: (view: ScanView) => void
}

type Options = {
  readonly scanners: ReadonlyMap<string, Scanner>
  readonly scan: ScanText
  readonly clock: EdgeClock
  readonly log: Pick<Logger, 'error'>
}

export const listenToScanners = ({ scanners, scan, clock, log }: Options) => {
  const pages = new Set<Page>()
  const doors = new Set<(view: ScanView) => void>()
  const lastRead = new Map<string, number>()
  let queue: Promise<void> = Promise.resolve()
  let waiting = 0

  const isRepeated = (text: string): boolean => {
    const now = clock.monotonic()
    for (const [each, at] of lastRead) if (now - at >= SAME_MS) lastRead.delete(each)
    const repeated = lastRead.has(text)
    // A scanner whose button is held reads on and on: the second begins anew.
    lastRead.set(text, now)
    return repeated
  }

  const present = (): Page | undefined =>
    [...pages].filter(page => page.left() > 0).sort((a, b) => b.left() - a.left())[0]

  const handle = async ({ text, symbology }: Scan): Promise<void> => {
    const page = present()
    const view = await scan({ text, actor: page?.person, ...(symbology === undefined ? {} : { symbology }) })
    if (page) page.tell(view)
    else for (const tell of doors) tell(view)
  }

  const hear = (read: Scan): void => {
    if (isRepeated(read.text)) return
    if (waiting >= MAX_WAITING) {
      log.error({ waiting }, 'too many scans wait: this one is lost')
      return
    }
    waiting += 1
    queue = queue
      .then(() => handle(read))
      .catch(error => log.error({ err: error }, 'a scan could not be handled'))
      .then(() => {
        waiting -= 1
      })
  }

  const stops = [...scanners.values()].map(scanner => scanner.onScan(hear))
  return {
    /** What is read from now on goes to the page where somebody was last. Returns how to leave. */
    join: (page: Page): (() => void) => {
      pages.add(page)
      return () => void pages.delete(page)
    },
    /** Before a login: told of badges, and of what is refused. Returns how to leave. */
    atDoor: (tell: (view: ScanView) => void): (() => void) => {
      doors.add(tell)
      return () => void doors.delete(tell)
    },
    close: async (): Promise<void> => {
      for (const stop of stops) stop()
      await queue
    },
  }
}
