import type { EdgeClock } from '../clock.ts'
import type { Database } from '../journal/database.ts'

type Stored = {
  readonly session: string
  readonly jti: string
  readonly phase: { readonly at: string }
}

export type NewCase = {
  readonly id: string
  readonly session: string
  /** Empty where no prescription stands behind it. */
  readonly rx: string
  readonly drug: string
  readonly lot: string
  readonly drawer: string
  readonly expected: number
  readonly found: number | null
  readonly actor: string
}

export type SessionKind = 'withdrawal' | 'operation'
type Options = { readonly db: Database; readonly clock: EdgeClock; readonly kind: SessionKind }

const statusOf = ({ phase }: Stored): 'running' | 'review' | 'finished' =>
  phase.at === 'finished' ? 'finished' : phase.at === 'review' ? 'review' : 'running'

/** The table of sessions, of which one is open at a time at a cabinet. All but `open` inside a journal's transaction. */
export const createSessionTable = ({ db, clock, kind }: Options) => ({
  put: (state: Stored): void =>
    db.run(
      `INSERT INTO sessions (session, kind, jti, status, state, updated_at) VALUES (?,?,?,?,?,?)
       ON CONFLICT (session) DO UPDATE SET status = excluded.status, state = excluded.state, updated_at = excluded.updated_at`,
      state.session,
      kind,
      state.jti,
      statusOf(state),
      JSON.stringify(state),
      clock.now().toISOString(),
    ),
  openCase: (one: NewCase): void =>
    db.run(
      `INSERT OR IGNORE INTO cases (id, session, rx, drug, lot, drawer, expected, taken, opened_at, actor)
       VALUES (?,?,?,?,?,?,?,?,?,?)`,
      one.id,
      one.session,
      one.rx,
      one.drug,
      one.lot,
      one.drawer,
      one.expected,
      one.found,
      clock.now().toISOString(),
      one.actor,
    ),
  /** The one of this kind that is not finished, if any. */
  open: <S extends Stored>(): S | undefined => {
    const row = db.get<{ state: string }>(
      "SELECT state FROM sessions WHERE status <> 'finished' AND kind = ?",
      kind,
    )
    return row && (JSON.parse(row.state) as S)
  },
})
