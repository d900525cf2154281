import { randomUUID } from 'node:crypto'
import type { AskView } from '#cloud-sync/contract/edge-api.ts'
import { YaoguiError } from '#domain/error.ts'
import type { EdgeClock } from '../clock.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'

type Options = {
  readonly db: Database
  readonly journal: Journal
  readonly clock: EdgeClock
  readonly onChange: () => void
}

/** A flow in a loop must fill neither the screen nor the card. */
const MAX_OPEN = 20
const MAX_TEXT = 200

/** What flows ask the pharmacist: words on the kiosk, nothing that acts. */
export const createAsks = ({ db, journal, clock, onChange }: Options) => {
  const open = (): readonly AskView[] =>
    db.all<AskView>('SELECT id, source, text, at FROM asks WHERE done_by IS NULL ORDER BY at DESC')
  return {
    open,
    /** Asking what is already asked changes nothing. Errors: E_ASK, E_ASK_TOO_MANY. */
    ask: ({ source, text }: { readonly source: string; readonly text: string }): void => {
      if (!text.trim() || text.length > MAX_TEXT || source.length > 64)
        throw new YaoguiError('E_ASK', {
          zh: `提问须为 1–${MAX_TEXT} 字`,
          en: `the text must have 1–${MAX_TEXT} characters`,
        })
      const waiting = open()
      if (waiting.some(one => one.text === text && one.source === source)) return
      if (waiting.length >= MAX_OPEN)
        throw new YaoguiError('E_ASK_TOO_MANY', {
          zh: '未处理的提问过多',
          en: 'too many questions are waiting',
          kind: 'transient',
        })
      const id = randomUUID()
      journal.append([{ kind: 'flow.asked', data: { ask: id, source, text } }], () =>
        db.run(
          'INSERT INTO asks (id, source, text, at) VALUES (?,?,?,?)',
          id,
          source,
          text,
          clock.now().toISOString(),
        ),
      )
      onChange()
    },
    /** The first who says so did it. Errors: E_ASK_UNKNOWN. */
    done: (id: string, by: string): void => {
      const row = db.get<{ done_by: string | null }>('SELECT done_by FROM asks WHERE id = ?', id)
      if (!row) throw new YaoguiError('E_ASK_UNKNOWN', { zh: '没有这个提问', en: 'no such question' })
      if (row.done_by !== null) return
      journal.append([{ kind: 'flow.answered', data: { ask: id, by } }], () =>
        db.run('UPDATE asks SET done_by = ? WHERE id = ?', by, id),
      )
      onChange()
    },
  }
}
