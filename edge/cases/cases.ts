import type { CaseView } from '#cloud-sync/contract/edge-people.ts'
import { type Wording, YaoguiError } from '#domain/error.ts'
import type { NewEvent } from '#domain/journal/events.ts'
import type { EdgeClock } from '../clock.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'
import { lostCaseOf } from '../returns/returns.ts'
import {
  type CaseAct,
  type CaseLife,
  type CaseRefusal,
  type CaseStatus,
  type CaseStep,
  isParty,
  refusalOf,
  stepAfter,
} from './machine.ts'

type Row = {
  readonly id: string
  readonly rx: string
  readonly session: string
  readonly drug: string
  readonly lot: string
  readonly drawer: string
  readonly expected: number
  readonly taken: number | null
  readonly opened_at: string
  readonly actor: string
  readonly status: CaseStatus
}
type StepRow = {
  readonly case_id: string
  readonly n: number
  readonly step: CaseStep
  readonly actor: string
  readonly at: string
  readonly reason: string
  readonly note: string
}

/** One step with a case, and who takes it. */
export type CaseMove = {
  readonly act: CaseAct
  readonly by: string
  readonly reason?: string
  readonly note: string
  /** Who signed beside `by`. */
  readonly second?: string
}

const REFUSALS: Readonly<Record<CaseRefusal | 'E_CASE_NOT_FOUND', Wording>> = {
  E_CASE_NOT_FOUND: { zh: '没有这条差异', en: 'there is no such case' },
  E_CASE_STATUS: { zh: '这条差异现在不能做这一步', en: 'the case does not stand where this may be done' },
  E_CASE_SAME_PERSON: {
    zh: '见证和关闭须由另一人完成，见证人也不能是当事人',
    en: 'another person must witness and close it, and the witness is not who caused it',
  },
}
const refuse = (code: keyof typeof REFUSALS) => new YaoguiError(code, REFUSALS[code])

const ACTS = ['explain', 'witness', 'close', 'unresolvable'] as const satisfies readonly CaseAct[]
const PAGE = 200

type Options = {
  readonly db: Database
  readonly journal: Journal
  readonly clock: EdgeClock
  readonly nameOf: (drug: string) => string
  readonly onChange: () => void
}

/** Discrepancies at this site (R9). Rows are opened by withdrawals and operations, in their own transactions; nothing deletes one. */
export const createCases = ({ db, journal, clock, nameOf, onChange }: Options) => {
  const stepsOf = (id: string): readonly StepRow[] =>
    db.all<StepRow>('SELECT * FROM case_steps WHERE case_id = ? ORDER BY n', id)

  /** Who began its session, and who it was taken over from: the case names only who ended it. */
  const othersIn = (session: string): readonly string[] => {
    const row = db.get<{ actor: string; begunBy: string | null }>(
      `SELECT json_extract(state, '$.actor') AS actor, json_extract(state, '$.begunBy') AS begunBy
       FROM sessions WHERE session = ?`,
      session,
    )
    const before = db.all<{ person: string }>(
      `SELECT json_extract(data, '$.from') AS person FROM journal
       WHERE kind = 'session.taken-over' AND json_extract(data, '$.session') = ?`,
      session,
    )
    return [row?.actor, row?.begunBy, ...before.map(({ person }) => person)].filter(one => one != null)
  }
  /** Of a return that was lost: who took it out of the return place, too. */
  const handsOn = ({ id, session }: Row): readonly string[] =>
    id === lostCaseOf(session)
      ? db
          .all<{ session: string }>(
            `SELECT session FROM sessions WHERE kind = 'operation' AND json_extract(state, '$.authority.return') = ?`,
            session,
          )
          .flatMap(one => othersIn(one.session))
      : []
  const lifeOf = (row: Row, steps: readonly StepRow[]): CaseLife => ({
    status: row.status,
    actor: row.actor,
    others: [...othersIn(row.session), ...handsOn(row)],
    steps,
  })

  const viewOf = (row: Row, by: string, may: (act: CaseAct) => boolean): CaseView => {
    const steps = stepsOf(row.id)
    const life = lifeOf(row, steps)
    const { opened_at, rx, ...rest } = row
    return {
      ...rest,
      rx: rx === '' ? null : rx,
      name: nameOf(row.drug),
      openedAt: opened_at,
      steps: steps.map(({ step, actor, at, reason, note }) => ({ step, actor, at, reason, note })),
      actions: ACTS.filter(act => may(act) && refusalOf(life, act, by) === undefined),
    }
  }

  const judged = (id: string, { act, by, reason = '', note, second }: CaseMove) => {
    const row = db.get<Row>('SELECT * FROM cases WHERE id = ?', id)
    if (!row) throw refuse('E_CASE_NOT_FOUND')
    const steps = stepsOf(id)
    const life = lifeOf(row, steps)
    const code = refusalOf(life, act, by)
    if (code) throw refuse(code)
    if (second !== undefined && isParty(life, second)) throw refuse('E_CASE_SAME_PERSON')
    const data = { case: id, session: row.session, step: stepAfter(act), actor: by, reason, note }
    return { event: { kind: 'case.step', data } as const, n: steps.length }
  }

  const project = ({ data }: Extract<NewEvent, { kind: 'case.step' }>, n: number): void => {
    db.run(
      'INSERT INTO case_steps (case_id, n, step, actor, at, reason, note) VALUES (?,?,?,?,?,?,?)',
      data.case,
      n,
      data.step,
      data.actor,
      clock.now().toISOString(),
      data.reason,
      data.note,
    )
    db.run('UPDATE cases SET status = ? WHERE id = ?', data.step, data.case)
  }

  return {
    /** Open ones first. `actions` are those of `by`: what their role lets them, `may`, and the case's own rules. */
    list: (by: string, may: (act: CaseAct) => boolean): readonly CaseView[] =>
      db
        .all<Row>(
          `SELECT * FROM cases ORDER BY status IN ('closed', 'unresolvable'), opened_at DESC, id LIMIT ${PAGE}`,
        )
        .map(row => viewOf(row, by, may)),
    /** Throws what `move` would, and changes nothing: before a second person's signature is used up. */
    check: (id: string, move: CaseMove): void => void judged(id, move),
    /** Errors: E_CASE_NOT_FOUND, E_CASE_STATUS, E_CASE_SAME_PERSON, E_DISK_*. */
    move: (id: string, move: CaseMove): void => {
      const { event, n } = judged(id, move)
      journal.append([event], () => project(event, n))
      onChange()
    },
  }
}
