/**
 * Projections of what happened around a thermometer, as its chart shows it. A mark is (subject, when, what): the same
 * record again, or one that comes late out of a salvaged epoch, finds its place by itself.
 */
import type { JournalEvents } from '#domain/journal/events.ts'
import type { Tx } from '../db/open.ts'

type Of<D> = { readonly site: string; readonly at: string; readonly data: D }
type What = 'on' | 'off' | 'fault' | 'suspect' | 'acknowledged'
type Mark = { readonly subject: string; readonly what: What; readonly said?: string }

export const SUBJECTS = {
  drawer: (drawer: string): string => `drawer/${drawer}`,
  /** A refrigerator's own. */
  door: (thermometer: string): string => `door/${thermometer}`,
  mains: 'mains',
  thermometer: (id: string): string => `thermometer/${id}`,
  excursion: (id: string, side: 'cold' | 'hot'): string => `alarm/excursion-${id}-${side}`,
} as const

const mark =
  <D>(read: (data: D) => Mark | undefined) =>
  async (tx: Tx, { site, at, data }: Of<D>): Promise<void> => {
    const found = read(data)
    if (!found) return
    const { subject, what, said = '' } = found
    await tx
      .insertInto('cold_marks')
      .values({ site, subject, at_ms: Date.parse(at), what, said })
      .onConflict(conflict => conflict.doNothing())
      .execute()
  }

type Drawer = { readonly drawer: string }
export const markOpened = mark<Drawer>(({ drawer }) => ({ subject: SUBJECTS.drawer(drawer), what: 'on' }))
export const markClosed = mark<Drawer>(({ drawer }) => ({ subject: SUBJECTS.drawer(drawer), what: 'off' }))

const TAMPER = 'tamper-'
/** A drawer that nobody had ordered open is closed when its alarm is over: no other record says so. */
export const markTamperOver = mark<JournalEvents['alarm.cleared']>(({ alarm }) =>
  alarm.startsWith(TAMPER)
    ? { subject: SUBJECTS.drawer(alarm.slice(TAMPER.length)), what: 'off' }
    : undefined,
)

export const markDoor = mark<JournalEvents['door.changed']>(({ thermometer, state }) => ({
  subject: SUBJECTS.door(thermometer),
  what: state === 'open' ? 'on' : 'off',
}))

export const markMains = mark<JournalEvents['mains.changed']>(({ state }) => ({
  subject: SUBJECTS.mains,
  what: state === 'absent' ? 'on' : 'off',
}))

export const markFault = mark<{ readonly thermometer: string; readonly fault: string }>(
  ({ thermometer, fault }) => ({ subject: SUBJECTS.thermometer(thermometer), what: 'fault', said: fault }),
)
export const markSuspect = mark<{ readonly thermometer: string; readonly text: string }>(
  ({ thermometer, text }) => ({ subject: SUBJECTS.thermometer(thermometer), what: 'suspect', said: text }),
)

/** Who and when. What was written at a cabinet may name a patient: it stays there. */
export const markAcknowledged = mark<{ readonly alarm: string; readonly actor: string }>(
  ({ alarm, actor }) =>
    alarm.startsWith('excursion-')
      ? { subject: `alarm/${alarm}`, what: 'acknowledged', said: actor }
      : undefined,
)
