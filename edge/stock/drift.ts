import { codeOf } from '#domain/error.ts'
import type { JournalEvents } from '#domain/journal/events.ts'
import type { JournalRecord } from '#domain/journal/record.ts'
import { MINUTE } from '#domain/time.ts'
import type { Alarms } from '../alarms/alarms.ts'
import type { EdgeClock } from '../clock.ts'
import type { EdgeHardware } from '../hardware.ts'
import { isDiskCode } from '../health/disk.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'
import type { Stock } from './stock.ts'

/**
 * What a closed drawer's weight may wander without a word, grams. A class C3 load cell of a few kilograms moves by about a
 * gram in ten degrees and by less in creep, so five grams is none of these. Above it, half of the lightest pack in the
 * drawer is where a wandering weight begins to look like a pack; a drawer of heavy goods is told of at 25 g all the same,
 * since by then the cell or its glue is at fault.
 */
const LEAST_GRAMS = 5
const MOST_GRAMS = 25
export const driftTolerance = (packGrams: readonly number[]): number =>
  Math.max(LEAST_GRAMS, Math.min(MOST_GRAMS, ...packGrams.map(grams => grams / 2)))

/** Somebody leans on the cabinet: it counts only if it is still there in this many samples in a row. */
const SAMPLES = 3
/** A cell that was just switched on creeps. */
const WARM_UP_MS = 10 * MINUTE

type Options = {
  readonly db: Database
  readonly journal: Journal
  readonly alarms: Alarms
  readonly clock: EdgeClock
  readonly hardware: Pick<EdgeHardware, 'drawers'>
  readonly stock: Pick<Stock, 'lots'>
  readonly service: {
    readonly inService: (drawer: string) => boolean
    readonly demandCount: (cause: 'drift', drawers: readonly string[]) => void
  }
}

/** Drawers whose weight a record makes known (or unknown: null). */
const weighedIn = ({
  kind,
  data,
}: JournalRecord): readonly (readonly [drawer: string, grams: number | null])[] => {
  if (kind === 'drawer.closed') {
    const { drawer, afterGrams } = JSON.parse(data) as JournalEvents['drawer.closed']
    return [[drawer, afterGrams]]
  }
  // Closed out of sight, by a crash or by somebody else: it is weighed anew.
  if (kind === 'drawer.tamper' || kind === 'operation.reviewed')
    return [[(JSON.parse(data) as JournalEvents['drawer.tamper']).drawer, null]]
  if (kind === 'withdrawal.reviewed') {
    const { items } = JSON.parse(data) as JournalEvents['withdrawal.reviewed']
    return items.map(({ drawer }) => [drawer, null] as const)
  }
  return []
}

/**
 * Watches the weight of closed drawers between their sessions (RULES.md: "a baseline that drifts without a door session is
 * an alarm"). The baseline is the weight at the end of the last session, so that slow creep adds up and is seen.
 */
export const createDrift = ({ db, journal, alarms, clock, hardware, stock, service }: Options) => {
  const startedAt = clock.monotonic()
  const away = new Map<string, number>()
  const baseline = (drawer: string): number | undefined =>
    db.get<{ grams: number }>('SELECT grams FROM drawer_weights WHERE drawer = ?', drawer)?.grams

  /** `grams` null forgets it: the next sample begins anew. */
  const rest = (drawer: string, grams: number | null): void => {
    away.delete(drawer)
    if (grams === null) db.run('DELETE FROM drawer_weights WHERE drawer = ?', drawer)
    else
      db.run('INSERT OR REPLACE INTO drawer_weights VALUES (?,?,?)', drawer, grams, clock.now().toISOString())
  }

  const note = (record: JournalRecord): void => {
    for (const [drawer, grams] of weighedIn(record)) rest(drawer, grams)
    if (record.kind !== 'drawer.service') return
    const { drawer, service: now } = JSON.parse(record.data) as JournalEvents['drawer.service']
    if (now === 'in-service') alarms.clear(`drift-${drawer}`)
  }
  journal.onAppend(records => {
    try {
      records.forEach(note)
    } catch (error) {
      // At worst a count too many; the record itself is written.
      if (!isDiskCode(codeOf(error))) throw error
    }
  })

  const sessionOpen = (): boolean => db.get("SELECT 1 FROM sessions WHERE status <> 'finished'") !== undefined

  const weigh = async (drawer: string): Promise<number | undefined> => {
    const parts = hardware.drawers.get(drawer)
    try {
      if ((await parts?.lock.state()) !== 'closed') return undefined
      const seen = await parts?.scale.read()
      return seen?.stable ? seen.grams : undefined
    } catch {
      // A scale that cannot be asked says so when it is needed.
      return undefined
    }
  }

  const report = (drawer: string, fromGrams: number, grams: number): void => {
    journal.tell({ kind: 'scale.drift', data: { drawer, fromGrams, grams } })
    const by = Math.round(grams - fromGrams)
    alarms.raise({
      id: `drift-${drawer}`,
      kind: 'drift',
      level: 'warning',
      zh: `抽屉 ${drawer} 未开启，称重却变化 ${by} g，请盘点并检查秤`,
      en: `the weight of drawer ${drawer} wandered by ${by} g while it was shut: count it, check the scale`,
    })
    service.demandCount('drift', [drawer])
  }

  const judge = (drawer: string, before: number, grams: number): void => {
    const packs = stock.lots().filter(one => one.drawer === drawer && one.quantity > 0)
    if (Math.abs(grams - before) <= driftTolerance(packs.map(({ packGrams }) => packGrams))) {
      away.delete(drawer)
      return
    }
    const seen = (away.get(drawer) ?? 0) + 1
    away.set(drawer, seen)
    if (seen < SAMPLES) return
    away.delete(drawer)
    report(drawer, before, grams)
  }

  return {
    rest,
    /** One look at every closed drawer; once a minute. Nothing while somebody works at the cabinet. */
    sample: async (): Promise<void> => {
      if (clock.monotonic() - startedAt < WARM_UP_MS) return
      for (const drawer of hardware.drawers.keys()) {
        if (!service.inService(drawer) || sessionOpen()) continue
        // Counted since; also where the power failed between the count's record and the alarm's.
        alarms.clear(`drift-${drawer}`)
        const before = baseline(drawer)
        const grams = await weigh(drawer)
        // A session that began meanwhile has its own weights.
        if (grams === undefined || sessionOpen() || baseline(drawer) !== before) continue
        if (before === undefined) rest(drawer, grams)
        else judge(drawer, before, grams)
      }
    },
  }
}
