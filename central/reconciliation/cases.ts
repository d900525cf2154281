import type { JournalEvents } from '#domain/journal/events.ts'
import type { Changes } from '../changes.ts'
import { type Clock, isoNow } from '../clock.ts'
import type { Db, Tx } from '../db/open.ts'
import type { CaseTable } from '../db/schema-views.ts'
import { Refusal } from '../errors.ts'

/** Opens the case of a withdrawal; there is at most one for each. A case is never deleted (R9). */
export const openCase = async (tx: Tx, opened: Omit<CaseTable, 'id' | 'status'>): Promise<void> => {
  await tx
    .insertInto('cases')
    .values({ ...opened, id: `${opened.site}~${opened.session}`, status: 'open' })
    .onConflict(conflict => conflict.columns(['site', 'id']).doNothing())
    .execute()
}

/** What the site says about a withdrawal of which a case is open here; it moves no case. */
export const noteCase = async (
  tx: Tx,
  { site, session, by, at, note }: Record<'site' | 'session' | 'by' | 'at' | 'note', string>,
): Promise<void> => {
  const found = await tx
    .selectFrom('cases')
    .select('id')
    .where('site', '=', site)
    .where('session', '=', session)
    .executeTakeFirst()
  if (!found) return
  const notes = await tx
    .selectFrom('case_notes')
    .select('n')
    .where('site', '=', site)
    .where('case_id', '=', found.id)
    .execute()
  // With the site before the name: it is no person of the centre.
  const row = { site, case_id: found.id, n: notes.length, by: `${site}/${by}`, at, note }
  await tx.insertInto('case_notes').values(row).execute()
}

const STEP_WORDS = {
  explained: '站点说明',
  witnessed: '站点见证',
  closed: '站点关闭',
  unresolvable: '站点无法查明',
} as const

/** The site's own case of the same session: what it says there is a note here, and the centre judges for itself. */
export const projectCaseStep = (
  tx: Tx,
  {
    site,
    at,
    data: { session, step: name, actor, reason, note },
  }: { readonly site: string; readonly at: string; readonly data: JournalEvents['case.step'] },
): Promise<void> =>
  noteCase(tx, {
    ...{ site, session, at, by: actor },
    note: [`${STEP_WORDS[name]} ${name}`, reason, note].filter(Boolean).join('：'),
  })

type Deps = { readonly db: Db; readonly clock: Clock; readonly changes: Changes }
type Note = { readonly id: string; readonly by: string; readonly note: string }

const step = async (
  { db, clock, changes }: Deps,
  { id, by, note }: Note,
  { from, to }: { readonly from: 'open' | 'explained'; readonly to: 'explained' | 'closed' },
): Promise<void> => {
  const site = id.split('~', 1)[0] ?? ''
  await db.transaction().execute(async tx => {
    const found = await tx
      .selectFrom('cases')
      .select('status')
      .where('site', '=', site)
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst()
    if (!found) throw new Refusal('E_CASE_NOT_FOUND')
    if (found.status !== from) throw new Refusal('E_CASE_STATUS')
    const notes = await tx
      .selectFrom('case_notes')
      .select('by')
      .where('site', '=', site)
      .where('case_id', '=', id)
      .execute()
    if (to === 'closed' && notes.some(other => other.by === by)) throw new Refusal('E_CASE_SAME_PERSON')
    const row = { site, case_id: id, n: notes.length, by, at: isoNow(clock), note }
    await tx.insertInto('case_notes').values(row).execute()
    await tx.updateTable('cases').set({ status: to }).where('site', '=', site).where('id', '=', id).execute()
  })
  changes.announce('cases')
}

/** open → explained. Errors: E_CASE_NOT_FOUND, E_CASE_STATUS. */
export const explainCase = (deps: Deps, note: Note): Promise<void> =>
  step(deps, note, { from: 'open', to: 'explained' })

/** explained → closed, by somebody else. Errors: as above, E_CASE_SAME_PERSON. */
export const closeCase = (deps: Deps, note: Note): Promise<void> =>
  step(deps, note, { from: 'explained', to: 'closed' })
