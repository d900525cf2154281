import { doorRuleOf } from '#domain/cold-chain/standing.ts'
import type { Contact } from '#hardware/ports.ts'
import type { EdgeClock } from '../clock.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'
import type { Alarms } from './alarms.ts'
import { createStanding, goneFrom } from './standing.ts'

type Door = Pick<Contact, 'state'> & { readonly name: string }
type Position = 'open' | 'closed' | 'unknown'

type Options = {
  readonly db: Database
  readonly journal: Journal
  readonly alarms: Alarms
  readonly clock: EdgeClock
  /** By their thermometer. */
  readonly doors?: ReadonlyMap<string, Door> | undefined
  readonly minutes?: number | undefined
  readonly onChange: () => void
}

export type FridgeDoors = {
  /** Asks every door once. */
  readonly poll: () => Promise<void>
  /** As last seen; unknown without a contact, before it was read, and while it cannot be. */
  readonly state: (thermometer: string) => Position
}

const PREFIX = 'fridge-door-'

const watchDoor = (options: Options, [thermometer, { name }]: readonly [string, Door]) => {
  const { db, journal, alarms, clock } = options
  const { minutes } = doorRuleOf(options.minutes)
  const subject = `${PREFIX}${thermometer}`
  const open = createStanding({ db, clock, subject, minutes })
  return (state: 'open' | 'closed'): void => {
    const before = open.on() ? 'open' : 'closed'
    const tell = (project: () => void): void =>
      journal.tell({ kind: 'door.changed', data: { thermometer, state } }, { project })
    const { tooLong } = state === before ? open.see(state === 'open') : open.see(state === 'open', tell)
    if (!tooLong) alarms.clear(subject)
    else
      alarms.raise({
        id: subject,
        kind: 'fridge-door',
        level: 'alarm',
        zh: `${name}的门已打开 ${minutes} 分钟，请关好`,
        en: `the door of ${name} has been open for ${minutes} minutes: close it`,
      })
  }
}

/**
 * Of a door that the plan has no more nobody will ever say that it was shut: a contact is taken out because its wire broke,
 * which reads as open.
 */
const forgetGone = ({ db, journal, alarms }: Options, doors: ReadonlyMap<string, Door>): void => {
  for (const thermometer of goneFrom(db, PREFIX, doors)) {
    const project = () => db.run('DELETE FROM standing_state WHERE subject = ?', `${PREFIX}${thermometer}`)
    journal.tell({ kind: 'door.changed', data: { thermometer, state: 'unknown' } }, { project })
  }
  for (const { id, kind } of alarms.list())
    if (kind === 'fridge-door' && !doors.has(id.slice(PREFIX.length))) alarms.clear(id)
}

/** The refrigerators' own doors: each opening and closing on the record, and an alarm when one stands open too long (DOOR). */
export const createFridgeDoors = (options: Options): FridgeDoors => {
  const { doors = new Map<string, Door>(), onChange } = options
  const seen = new Map<string, Position>()
  const watches = new Map([...doors].map(each => [each[0], watchDoor(options, each)]))
  forgetGone(options, doors)
  const pollOne = async (thermometer: string, door: Door): Promise<void> => {
    // What cannot be read is the guard's fault, which is told as such; it goes on as it was.
    const state = await door.state().catch(() => 'unknown' as const)
    const changed = seen.get(thermometer) !== state
    seen.set(thermometer, state)
    if (state !== 'unknown') watches.get(thermometer)?.(state)
    if (changed) onChange()
  }
  return {
    poll: async () => {
      await Promise.all([...doors].map(([thermometer, door]) => pollOne(thermometer, door)))
    },
    state: thermometer => seen.get(thermometer) ?? 'unknown',
  }
}
