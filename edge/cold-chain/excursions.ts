import type { OngoingExcursion } from '#cloud-sync/contract/edge-cold-chain.ts'
import { type DetectState, endRun } from '#domain/cold-chain/detect.ts'
import type { Side } from '#domain/cold-chain/limits.ts'
import { YaoguiError } from '#domain/error.ts'
import type { JournalEvents } from '#domain/journal/events.ts'
import type { Alarms } from '../alarms/alarms.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'

/** How a person ends what no reading will end. */
export type ClosedHow = 'sensor-lost' | 'sensor-replaced'
export type Closing = { readonly how: ClosedHow; readonly reason: string; readonly actor: string }

const SIDES = ['cold', 'hot'] as const satisfies readonly Side[]
const iso = (at: number): string => new Date(at).toISOString()
export const tenths = (value: number): number => Math.round(value * 10) / 10

export const excursionId = (thermometer: string, side: Side, start: number): string =>
  `${thermometer}-${side}-${start}`

/** Those of one thermometer that have raised their alarm and have not ended. */
export const ongoingOf = (
  thermometer: string,
  name: string,
  state: DetectState,
): readonly OngoingExcursion[] =>
  SIDES.flatMap(side => {
    const run = state[side]
    if (!run || run.alarmAt === null) return []
    const { start, alarmAt, min, max } = run
    const id = excursionId(thermometer, side, start)
    return [{ id, thermometer, name, side, start: iso(start), alarmAt: iso(alarmAt), min, max }]
  })

/** The record of an excursion that a person ends, and the state after it; undefined when there is none. */
export const closingOf = (
  excursion: OngoingExcursion,
  state: DetectState,
  { how, reason, actor }: Closing,
): { readonly state: DetectState; readonly data: JournalEvents['excursion.ended'] } | undefined => {
  const { state: next, ended } = endRun(state, excursion.side)
  if (!ended) return undefined
  const { id, thermometer, side, start, alarmAt } = excursion
  const { end, min, max, minutes, degreeMinutes } = ended
  const measured = { end: iso(end), min, max, minutes, degreeMinutes: tenths(degreeMinutes) }
  const closed = { how, closedBy: actor, reason }
  return {
    state: next,
    data: { thermometer, excursion: id, side, start, alarmAt, ...measured, source: 'sensor', ...closed },
  }
}

/** A thermometer of the plan. */
type Watched = {
  readonly id: string
  ongoing(): readonly OngoingExcursion[]
  closeExcursion(excursion: string, closing: Closing): void
}

type Options = {
  readonly db: Database
  readonly journal: Journal
  readonly alarms: Alarms
  readonly monitors: readonly Watched[]
}

const unknown = (): YaoguiError =>
  new YaoguiError('E_EXCURSION_UNKNOWN', {
    zh: '没有这个进行中的超温事件',
    en: 'no such excursion is going on',
  })

/**
 * Excursions that go on, also of thermometers that are in the plan no more: a sensor that died must not leave one open for
 * ever. Closing one clears its alarm; if it is still out of range, a new run begins with the next reading.
 */
export const createExcursions = ({ db, journal, alarms, monitors }: Options) => {
  const orphans = (): readonly { readonly id: string; readonly state: DetectState }[] =>
    db
      .all<{ thermometer: string; state: string }>('SELECT thermometer, state FROM excursion_state')
      .filter(row => !monitors.some(({ id }) => id === row.thermometer))
      .map(row => ({ id: row.thermometer, state: JSON.parse(row.state) as DetectState }))
  const closeOrphan = (id: string, closing: Closing): void => {
    for (const { id: thermometer, state } of orphans()) {
      const excursion = ongoingOf(thermometer, thermometer, state).find(one => one.id === id)
      const closed = excursion && closingOf(excursion, state, closing)
      if (!excursion || !closed) continue
      journal.append([{ kind: 'excursion.ended', data: closed.data }], () =>
        db.run(
          'UPDATE excursion_state SET state = ? WHERE thermometer = ?',
          JSON.stringify(closed.state),
          thermometer,
        ),
      )
      const left = ['no-data', 'stuck', 'forecast'].map(one => `${one}-${thermometer}`)
      for (const name of [`excursion-${thermometer}-${excursion.side}`, ...left]) alarms.clear(name)
      return
    }
    throw unknown()
  }
  return {
    list: (): readonly OngoingExcursion[] => [
      ...monitors.flatMap(monitor => monitor.ongoing()),
      ...orphans().flatMap(({ id, state }) => ongoingOf(id, id, state)),
    ],
    /** Errors: E_EXCURSION_UNKNOWN, E_REASON. */
    close: (id: string, closing: Closing): void => {
      if (!closing.reason.trim())
        throw new YaoguiError('E_REASON', { zh: '请填写原因', en: 'a reason is needed' })
      const monitor = monitors.find(one => one.ongoing().some(excursion => excursion.id === id))
      if (monitor) monitor.closeExcursion(id, closing)
      else closeOrphan(id, closing)
    },
  }
}
