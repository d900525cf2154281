import type { History } from '#cloud-sync/history/port.ts'
import {
  type ColdChainEvent,
  type DetectState,
  detect,
  detectSilence,
  initialDetectState,
} from '#domain/cold-chain/detect.ts'
import { type ColdPlace, rangeOf, recordingOf, ruleOf } from '#domain/cold-chain/place.ts'
import { type QualityState, suspect } from '#domain/cold-chain/quality.ts'
import { shouldRecord } from '#domain/cold-chain/recording.ts'
import type { Reading } from '#domain/cold-chain/rule.ts'
import { saidOf } from '#domain/cold-chain/said-rule.ts'
import { MINUTE } from '#domain/time.ts'
import type { TemperatureReading } from '#hardware/ports.ts'
import type { Alarms } from '../alarms/alarms.ts'
import type { EdgeClock } from '../clock.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'
import { calibrationOf } from '../records/calibrations.ts'
import { createDoubts } from './doubts.ts'
import type { EarlyWarning } from './early.ts'
import { type Closing, closingOf, ongoingOf } from './excursions.ts'
import { excursionEvent, soundExcursion } from './tell.ts'
import { createView } from './view.ts'

type Options = ColdPlace & {
  readonly db: Database
  readonly journal: Journal
  readonly alarms: Alarms
  readonly history: History
  readonly clock: EdgeClock
  readonly site: string
  readonly id: string
  readonly name: string
  /** Longest time between two readings, ms. */
  readonly intervalMs: number
  /** Of a live one; a replayed file is nobody's future. */
  readonly early?: EarlyWarning | undefined
  readonly onReading: (reading: TemperatureReading) => void
}

/** "No valid reading for N minutes" is an alarm of its own. */
const NO_DATA_MS = 5 * MINUTE

const iso = (ms: number) => new Date(ms).toISOString()

/** One thermometer's watch: raw samples to the history, official records and excursions to the journal, alarms. */
export const createMonitor = (options: Options) => {
  const { db, journal, alarms, history, clock, site, id, name, intervalMs, early, onReading } = options
  const range = rangeOf(options)
  const config = ruleOf(options, intervalMs)
  const recording = recordingOf(options, intervalMs)
  const said = saidOf(range, config)
  const stored = db.get<{ state: string }>('SELECT state FROM excursion_state WHERE thermometer = ?', id)
  let state: DetectState = stored ? (JSON.parse(stored.state) as DetectState) : initialDetectState
  /** The driver corrects by the plan's offset, which was put on record before the first reading. */
  const calibration = calibrationOf(db, id)?.version
  let quality: QualityState | null = null
  let recorded: Reading | null = null
  let latest: TemperatureReading | undefined
  let lastGood: Reading | null = null
  let count = 0
  let heardAt = clock.monotonic()
  const isSilent = (): boolean => clock.monotonic() - heardAt >= NO_DATA_MS

  const keep = (kept: DetectState): void =>
    db.run(
      'INSERT OR REPLACE INTO excursion_state (thermometer, state) VALUES (?, ?)',
      id,
      JSON.stringify(kept),
    )

  const settle = (
    next: { state: DetectState; events: readonly ColdChainEvent[] },
    source: 'sensor' | 'replay',
  ): void => {
    // What the disk refuses is written later: the alarm must sound now.
    const projection = { project: () => keep(next.state), saved: () => {} }
    for (const event of next.events) journal.tell(excursionEvent(event, { id, said, source }), projection)
    state = next.state
    for (const event of next.events) soundExcursion(alarms, event, { id, name, rule: config })
  }

  const { doubt, toldStuck } = createDoubts({ id, name, journal, alarms })

  const good = async ({ at, celsius }: Reading, source: 'sensor' | 'replay'): Promise<void> => {
    const reading = { at, celsius }
    count += 1
    lastGood = reading
    heardAt = clock.monotonic()
    alarms.clear(`no-data-${id}`)
    settle(detect(state, reading, config), source)
    if (source === 'sensor') {
      const { state: next, suspicions } = suspect(quality ?? toldStuck(reading), reading)
      quality = next
      suspicions.forEach(doubt)
      early?.take(reading)
    }
    if (shouldRecord(recorded, reading, recording)) {
      const by = source === 'sensor' && calibration !== undefined ? { calibration } : {}
      const data = { thermometer: id, at: iso(at), celsius, source, ...by, ...said }
      journal.record({ kind: 'temperature.record', data })
      recorded = reading
      // A run under way must outlive a restart; what is lost since the last record is below the gap rule.
      if (source === 'sensor') {
        keep(state)
        early?.keep()
      }
    }
    await history.write([
      { series: source === 'sensor' ? 'temperature' : 'replay', site, channel: id, at, value: celsius },
    ])
  }

  const bad = (fault: string, at: Date): void => {
    if (latest?.ok !== false || latest.fault !== fault)
      journal.record({ kind: 'temperature.fault', data: { thermometer: id, at: at.toISOString(), fault } })
    if (!isSilent()) return
    settle(detectSilence(state, at.getTime(), config), 'sensor')
    alarms.raise({
      id: `no-data-${id}`,
      kind: 'no-data',
      level: 'alarm',
      zh: `${name}超过 ${NO_DATA_MS / MINUTE} 分钟没有有效温度`,
      en: `${name}: no valid temperature for ${NO_DATA_MS / MINUTE} minutes`,
    })
  }

  const seen = () => ({ state, lastGood, latest, silent: isSilent() })

  return {
    id,
    name,
    ...range,
    readings: () => count,
    /** Time of the newest reading that the detection has taken, ms; also of an earlier run. */
    heardTo: (): number | undefined => state.last?.at,
    keep: (): void => keep(state),
    latest: () => lastGood,
    /** A disk that refuses is told after everything else was done. */
    take: async (reading: TemperatureReading): Promise<void> => {
      try {
        if (reading.ok) await good({ at: reading.at.getTime(), celsius: reading.celsius }, reading.source)
        else bad(reading.fault, reading.at)
      } finally {
        latest = reading
        onReading(reading)
      }
    },
    ongoing: () => ongoingOf(id, name, state),
    /** A person ends what no reading will end; if it is still out, the next reading begins a new run. */
    closeExcursion: (excursion: string, closing: Closing): void => {
      const found = ongoingOf(id, name, state).find(one => one.id === excursion)
      const closed = found && closingOf(found, state, closing)
      if (!found || !closed) return
      journal.append([{ kind: 'excursion.ended', data: closed.data }], () => keep(closed.state))
      state = closed.state
      alarms.clear(`excursion-${id}-${found.side}`)
      early?.forget()
    },
    view: createView({ history, clock, site, id, name, range, config, early, seen }),
  }
}

export type Monitor = ReturnType<typeof createMonitor>
