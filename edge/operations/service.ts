import type { NewEvent } from '#domain/journal/events.ts'
import type { OperationEvents } from '#domain/journal/events-operations.ts'
import type { EdgeClock } from '../clock.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'
import { COUNT_ALL_SINCE, getMeta, setMeta } from '../journal/meta.ts'

type Data = OperationEvents['drawer.service']
export type ServiceState = Data['service']
export type ServiceRow = {
  readonly service: ServiceState
  readonly cause: Data['cause'] | null
  /** ISO 8601; null = always. */
  readonly since: string | null
}
type Row = { service: ServiceState; cause: Data['cause']; since: string; actor: string | null }

const IN_SERVICE: ServiceRow = { service: 'in-service', cause: null, since: null }
/** The last doubt about the whole stock that every drawer was told of. */
const DOUBT_TOLD = 'countAllTold'

type Options = {
  readonly db: Database
  readonly journal: Journal
  readonly clock: EdgeClock
  /** All drawers of the cabinet plan. */
  readonly drawers: readonly string[]
  readonly onChange: () => void
}

/**
 * Which drawers may be picked from (R7, R18): `in-service`; `needs-count`, since nobody can say what lies there;
 * `out-of-service`, since it does not open. Out of service leads back by a test opening, and both by a blind count.
 */
export const createService = ({ db, journal, clock, drawers, onChange }: Options) => {
  /** What the disk has not taken yet: a drawer that was forced open is not picked from all the same. */
  const unsaved = new Map<string, ServiceRow>()
  const retirements = new Map<string, number>()
  const of = (drawer: string): ServiceRow => {
    const row = db.get<Row>('SELECT * FROM drawer_service WHERE drawer = ?', drawer)
    return unsaved.get(drawer) ?? row ?? IN_SERVICE
  }
  const project = ({ drawer, service, cause, actor }: Data, at = clock.now().toISOString()): void =>
    db.run(
      'INSERT OR REPLACE INTO drawer_service (drawer, service, cause, since, actor) VALUES (?,?,?,?,?)',
      drawer,
      service,
      cause,
      at,
      actor,
    )
  const event = (data: Data): NewEvent => ({ kind: 'drawer.service', data })
  const sessionOpen = (): boolean => db.get("SELECT 1 FROM sessions WHERE status <> 'finished'") !== undefined
  /**
   * Who is out of service stays so, and who waits for a count keeps the first cause: it is said again only while a session
   * is open, which may be the count that has not seen this.
   */
  const counting = (cause: Data['cause'], which: readonly string[]): readonly Data[] =>
    which.flatMap((drawer): readonly Data[] => {
      const now = of(drawer)
      if (now.service === 'in-service') return [{ drawer, service: 'needs-count', cause, actor: null }]
      if (now.service !== 'needs-count' || !sessionOpen()) return []
      return [{ drawer, service: 'needs-count', cause: now.cause ?? cause, actor: null }]
    })

  /** Told even while the disk refuses: what it cannot take waits, and counts. */
  const tell = (data: Data): void => {
    const at = clock.now().toISOString()
    const row = { service: data.service, cause: data.cause, since: at }
    unsaved.set(data.drawer, row)
    const saved = () => void (unsaved.get(data.drawer) === row && unsaved.delete(data.drawer))
    journal.tell(event(data), { project: () => project(data, at), saved })
    onChange()
  }

  const newest = (kind: string, field: 'session' | 'drawer', value: string): number =>
    db.get<{ seq: number }>(
      `SELECT seq FROM journal WHERE kind = ? AND json_extract(data, '$.${field}') = ? ORDER BY seq DESC LIMIT 1`,
      kind,
      value,
    )?.seq ?? 0
  /** By the journal's order, since clocks are set. What the disk has not taken is younger than any unlock. */
  const doubtedSince = (drawer: string, session: string): boolean =>
    unsaved.has(drawer) ||
    newest('drawer.service', 'drawer', drawer) > newest('operation.started', 'session', session)

  return {
    of,
    inService: (drawer: string): boolean => of(drawer).service === 'in-service',
    /** A person took it out of service and answers for it. */
    retired: (drawer: string): boolean => {
      const { service, cause } = of(drawer)
      return service === 'out-of-service' && cause === 'person'
    },
    /** Inside the transaction of its event. */
    project: (data: Data): void => project(data),
    /** Nobody can say any more what lies in these drawers (all, unless named). */
    demandCount: (cause: Data['cause'], which: readonly string[] = drawers): void => {
      for (const data of counting(cause, which)) tell(data)
    },
    /** A person takes a drawer out of service, or back as far as its count. Errors: E_DISK_*. */
    set: (
      drawer: string,
      service: Exclude<ServiceState, 'in-service'>,
      by: { actor: string; reason: string },
    ) => {
      const data: Data = { drawer, service, cause: 'person', ...by }
      journal.append([event(data)], () => project(data))
      if (service === 'out-of-service') retirements.set(drawer, (retirements.get(drawer) ?? 0) + 1)
      onChange()
    },
    /** How often a person took it out of service since the agent started. */
    retirements: (drawer: string): number => retirements.get(drawer) ?? 0,
    /**
     * What the end of an operation in this drawer means for its service, to be written with it: a count ends every doubt
     * that is older than the count.
     */
    afterCount: (drawer: string, session: string, actor: string): readonly NewEvent[] =>
      of(drawer).service !== 'needs-count' || doubtedSince(drawer, session)
        ? []
        : [event({ drawer, service: 'in-service', cause: 'counted', actor })],
    afterTest: (drawer: string, actor: string, untouched: boolean): readonly NewEvent[] => {
      const { service } = of(drawer)
      if (service === 'needs-count' || (service === 'in-service' && untouched)) return []
      return [event({ drawer, service: 'needs-count', cause: 'tried', actor })]
    },
    afterBreakGlass: (drawer: string, actor: string): readonly NewEvent[] =>
      of(drawer).service === 'in-service'
        ? [event({ drawer, service: 'needs-count', cause: 'opened', actor })]
        : [],
    /** At start: what a damaged journal may have lost is counted, drawer by drawer. Told once. */
    atStart: (): void => {
      const since = getMeta(db, COUNT_ALL_SINCE)
      if (since === undefined || getMeta(db, DOUBT_TOLD) === since) return
      const all = counting('salvage', drawers)
      journal.append(all.map(event), () => {
        for (const data of all) project(data)
        setMeta(db, DOUBT_TOLD, since)
      })
    },
  }
}

export type Service = ReturnType<typeof createService>
