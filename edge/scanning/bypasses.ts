import type { BypassView } from '#cloud-sync/contract/edge-scanning.ts'
import type { JournalEvents } from '#domain/journal/events.ts'
import type { Database } from '../journal/database.ts'

/** R13: how often each person worked without a scan since then, most frequent first, out of the journal. */
export const bypassesOf = (db: Database, since: string): readonly BypassView[] => {
  const counts = new Map<string, BypassView>()
  const rows = db.all<{ at: string; data: string }>(
    "SELECT at, data FROM journal WHERE kind = 'scan.bypassed' AND at >= ? ORDER BY seq",
    since,
  )
  for (const { at, data } of rows) {
    const { actor: person, witness } = JSON.parse(data) as JournalEvents['scan.bypassed']
    const before = counts.get(person) ?? { person, count: 0, witnessed: 0, last: at }
    const witnessed = before.witnessed + (witness === null ? 0 : 1)
    counts.set(person, { person, count: before.count + 1, witnessed, last: at })
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || a.person.localeCompare(b.person))
}
