import { sql } from 'kysely'
import { Check, Errors } from 'typebox/value'
import type { CentralTopic } from '#cloud-sync/contract/central-api.ts'
import { codeOf } from '#domain/error.ts'
import type { JournalRecord } from '#domain/journal/record.ts'
import { type Clock, isoNow } from '../clock.ts'
import type { Tx } from '../db/open.ts'
import {
  markAcknowledged,
  markClosed,
  markDoor,
  markFault,
  markMains,
  markOpened,
  markSuspect,
  markTamperOver,
} from '../monitoring/marks.ts'
import {
  projectAlarm,
  projectAlarmAcknowledged,
  projectAlarmCleared,
  projectExcursionAlarm,
  projectExcursionEnd,
  projectTemperature,
} from '../monitoring/projections.ts'
import { verdictOnAlarm, verdictOnEnd, verdictOnRecord } from '../monitoring/verdict.ts'
import { projectCaseStep } from '../reconciliation/cases.ts'
import { projectOverride, projectOverrideMatch } from '../reconciliation/overrides.ts'
import { projectWithdrawal } from '../reconciliation/withdrawal.ts'
import { projectDayClosed, projectSiteKey } from './closings.ts'
import { isProjected, PROJECTED, type ProjectedData, type ProjectedKind, storedTopics } from './events.ts'
import { recordRefused } from './refused.ts'
import { takeSalvaged } from './salvaged.ts'

type Input<K extends ProjectedKind> = {
  readonly site: string
  readonly at: string
  readonly boot: string
  readonly mono: number
  /** The centre's. */
  readonly now: string
  readonly data: ProjectedData<K>
}
type Projection<K extends ProjectedKind> = {
  readonly project: (tx: Tx, input: Input<K>) => Promise<void>
  readonly topics: readonly CentralTopic[]
}

const WITHDRAWAL: readonly CentralTopic[] = ['prescriptions', 'reconciliations', 'cases']

const inTurn =
  <I>(...projections: readonly ((tx: Tx, input: I) => Promise<void>)[]) =>
  async (tx: Tx, input: I): Promise<void> => {
    for (const one of projections) await one(tx, input)
  }

const PROJECTIONS: { readonly [K in ProjectedKind]: Projection<K> } = {
  'withdrawal.completed': {
    project: (tx, input) => projectWithdrawal(tx, { ...input, reviewed: false }),
    topics: WITHDRAWAL,
  },
  'withdrawal.reviewed': {
    project: (tx, input) => projectWithdrawal(tx, { ...input, reviewed: true }),
    topics: WITHDRAWAL,
  },
  'override.started': { project: projectOverride, topics: ['cases'] },
  'override.matched': { project: projectOverrideMatch, topics: ['cases', 'prescriptions'] },
  'case.step': { project: projectCaseStep, topics: ['cases'] },
  'temperature.record': { project: inTurn(projectTemperature, verdictOnRecord), topics: ['sites', 'alarms'] },
  'excursion.alarm': {
    project: inTurn(projectExcursionAlarm, verdictOnAlarm),
    topics: ['excursions', 'alarms'],
  },
  'excursion.ended': { project: inTurn(projectExcursionEnd, verdictOnEnd), topics: ['excursions', 'alarms'] },
  'unlock.opened': { project: markOpened, topics: [] },
  'drawer.closed': { project: markClosed, topics: [] },
  'drawer.tamper': { project: markOpened, topics: [] },
  'door.changed': { project: markDoor, topics: [] },
  'mains.changed': { project: markMains, topics: [] },
  'temperature.fault': { project: markFault, topics: [] },
  'temperature.suspect': { project: markSuspect, topics: [] },
  'alarm.raised': { project: projectAlarm, topics: ['alarms', 'sites'] },
  'alarm.cleared': { project: inTurn(projectAlarmCleared, markTamperOver), topics: ['alarms', 'sites'] },
  'alarm.acknowledged': { project: inTurn(projectAlarmAcknowledged, markAcknowledged), topics: ['alarms'] },
  'site.key': { project: projectSiteKey, topics: ['alarms'] },
  'day.closed': { project: projectDayClosed, topics: ['alarms'] },
}

type Problem = { readonly code: string; readonly problem: string }

const parseData = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const projectAs = async <K extends ProjectedKind>(
  tx: Tx,
  clock: Clock,
  kind: K,
  { site, record }: { readonly site: string; readonly record: JournalRecord },
): Promise<Problem | undefined> => {
  const { at, boot, mono } = record
  const now = isoNow(clock)
  const data = parseData(record.data)
  const schema = PROJECTED[kind]
  if (!Check(schema, data)) {
    const problems = Errors(schema, data).map(({ instancePath, message }) => `${instancePath} ${message}`)
    return { code: 'E_EVENT_DATA', problem: `${kind} #${record.seq}: ${problems.slice(0, 8).join('; ')}` }
  }
  // A savepoint: what the database itself cannot take (a NUL in a text) must not undo the batch around it.
  await sql`SAVEPOINT projection`.execute(tx)
  try {
    await PROJECTIONS[kind].project(tx, { site, at, boot, mono, now, data: data as ProjectedData<K> })
    await sql`RELEASE SAVEPOINT projection`.execute(tx)
    return undefined
  } catch (error) {
    await sql`ROLLBACK TO SAVEPOINT projection`.execute(tx)
    return {
      code: 'E_EVENT_PROJECTION',
      problem: `${kind} #${record.seq}: ${codeOf(error)} ${String(error)}`,
    }
  }
}

/**
 * Brings the projections up to one stored record. A kind nobody knows, or data that is not what its kind promises, is
 * counted among the refused messages and never holds up the log. What changed.
 */
export const project = async (
  tx: Tx,
  clock: Clock,
  { site, record }: { readonly site: string; readonly record: JournalRecord },
): Promise<readonly CentralTopic[]> => {
  const { kind } = record
  if (kind === 'journal.salvaged') return projectSalvaged(tx, clock, { site, carrier: record })
  const shown = storedTopics(kind)
  if (shown) return shown
  const problem = isProjected(kind)
    ? await projectAs(tx, clock, kind, { site, record })
    : { code: 'E_EVENT_KIND', problem: `${kind} #${record.seq}` }
  if (!problem) return isProjected(kind) ? PROJECTIONS[kind].topics : []
  await refuse(tx, clock, { site, record, problem })
  return []
}

/** The record itself is in the journal; its hash is enough to find it. */
const refuse = (
  tx: Tx,
  clock: Clock,
  {
    site,
    record,
    problem,
  }: { readonly site: string; readonly record: JournalRecord; readonly problem: Problem },
): Promise<void> =>
  recordRefused(tx, clock, { site, topic: 'up/history', ...problem, payload: Buffer.from(record.hash) })

const projectSalvaged = async (
  tx: Tx,
  clock: Clock,
  { site, carrier }: { readonly site: string; readonly carrier: JournalRecord },
): Promise<readonly CentralTopic[]> => {
  const taken = await takeSalvaged(tx, clock, { site, carrier })
  if (taken.kind === 'new') return project(tx, clock, { site, record: taken.record })
  if (taken.kind === 'problem')
    await refuse(tx, clock, {
      site,
      record: carrier,
      problem: { code: 'E_EVENT_SALVAGED', problem: taken.problem },
    })
  return []
}
