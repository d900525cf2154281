import type { NewEvent } from '#domain/journal/events.ts'
import type { EdgeClock } from '../clock.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'
import { refuseScan } from './refusals.ts'

type Use = { readonly drug: string; readonly lot: string | null; readonly session: string }
type Reversal = { readonly return: string; readonly actor: string; readonly reason: string }
type TraceEvent = Extract<NewEvent, { kind: 'trace.used' | 'trace.reversed' }>

type Options = { readonly db: Database; readonly journal: Journal; readonly clock: EdgeClock }

/**
 * Trace codes of packs that left the cabinet: a code is handed out once, and a pack that came back is free again only by an
 * explicit reversal (RULES.md, "Drug identity"). Who writes the event together with others: `usage` or `reversal`, then
 * `project` inside that transaction.
 */
export const createTrace = ({ db, journal, clock }: Options) => {
  const isUsed = (code: string): boolean =>
    db.get("SELECT 1 FROM trace_codes WHERE code = ? AND status = 'used'", code) !== undefined

  /** Errors: E_CODE_USED. */
  const usage = (code: string, use: Use): TraceEvent => {
    if (isUsed(code)) throw refuseScan('E_CODE_USED')
    return { kind: 'trace.used', data: { code, ...use } }
  }
  /** `return`: id of the return, or of the session that the pack never left. Errors: E_CODE_NOT_USED. */
  const reversal = (code: string, why: Reversal): TraceEvent => {
    if (!isUsed(code)) throw refuseScan('E_CODE_NOT_USED')
    return { kind: 'trace.reversed', data: { code, ...why } }
  }
  const project = ({ kind, data }: TraceEvent): void => {
    const at = clock.now().toISOString()
    if (kind === 'trace.reversed')
      db.run("UPDATE trace_codes SET status = 'reversed', at = ? WHERE code = ?", at, data.code)
    else
      db.run(
        "INSERT OR REPLACE INTO trace_codes (code, drug, lot, status, session, at) VALUES (?,?,?,'used',?,?)",
        data.code,
        data.drug,
        data.lot,
        data.session,
        at,
      )
  }
  const write = (event: TraceEvent): void => void journal.append([event], () => project(event))

  return {
    isUsed,
    usage,
    reversal,
    project,
    /** Errors: E_CODE_USED, E_DISK_*. */
    use: (code: string, use: Use): void => write(usage(code, use)),
    /** Errors: E_CODE_NOT_USED, E_DISK_*. */
    reverse: (code: string, why: Reversal): void => write(reversal(code, why)),
  }
}

export type Trace = ReturnType<typeof createTrace>
