import type { AlarmView } from '#cloud-sync/contract/edge-alarms.ts'
import type { ALARM_KINDS, AlarmKind } from '#domain/alarms/kinds.ts'
import { type Wording, YaoguiError } from '#domain/error.ts'
import type { EdgeClock } from '../clock.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'

type Row = {
  id: string
  kind: string
  level: 'warning' | 'alarm'
  zh: string
  en: string
  raised_at: string
  cleared_at: string | null
  acknowledged_by: string | null
  acknowledged_at: string | null
}

const viewOf = (row: Row): AlarmView => ({
  id: row.id,
  kind: row.kind,
  level: row.level,
  text: { zh: row.zh, en: row.en },
  raisedAt: row.raised_at,
  clearedAt: row.cleared_at,
  acknowledgedBy: row.acknowledged_by,
  acknowledgedAt: row.acknowledged_at,
})

const NEVER = { cleared_at: null, acknowledged_by: null, acknowledged_at: null } as const

/** The level is that of the one table (`domain/alarms/kinds.ts`). */
type KindAndLevel = {
  readonly [K in AlarmKind]: { readonly kind: K; readonly level: (typeof ALARM_KINDS)[K]['level'] }
}[AlarmKind]

export type NewAlarm = Wording & KindAndLevel & { readonly id: string }

type Options = { readonly db: Database; readonly journal: Journal; readonly clock: EdgeClock }

/** Alarms with a life: raised, acknowledged by a person with a reason, cleared by the cause going away. */
export const createAlarms = ({ db, journal, clock }: Options) => {
  const listeners = new Set<(alarm: AlarmView, change: 'raised' | 'cleared' | 'acknowledged') => void>()
  /** What the disk has not taken yet: an alarm must sound although it cannot be written. */
  const unsaved = new Map<string, Row>()
  const find = (id: string): Row | undefined =>
    unsaved.get(id) ?? db.get<Row>('SELECT * FROM alarms WHERE id = ?', id)
  const save = (row: Row): (() => void) => {
    unsaved.set(row.id, row)
    return () => {
      if (unsaved.get(row.id) === row) unsaved.delete(row.id)
    }
  }
  const tell = (id: string, change: 'raised' | 'cleared' | 'acknowledged') => {
    const row = find(id)
    if (row) for (const listener of listeners) listener(viewOf(row), change)
  }
  return {
    /** Raising what is already open changes nothing, so that a flapping cause fills no journal; a warning may grow. */
    raise: ({ id, kind, level, zh, en }: NewAlarm): void => {
      const known = find(id)
      const grows = known?.level === 'warning' && level === 'alarm'
      if (known && known.cleared_at === null && !grows) return
      const at = clock.now().toISOString()
      const saved = save({ ...NEVER, id, kind, level, zh, en, raised_at: at })
      const project = () =>
        db.run(
          'INSERT OR REPLACE INTO alarms (id, kind, level, zh, en, raised_at) VALUES (?,?,?,?,?,?)',
          id,
          kind,
          level,
          zh,
          en,
          at,
        )
      journal.tell({ kind: 'alarm.raised', data: { alarm: id, kind, level, zh, en } }, { project, saved })
      tell(id, 'raised')
    },
    clear: (id: string): void => {
      const known = find(id)
      if (!known || known.cleared_at !== null) return
      const at = clock.now().toISOString()
      const saved = save({ ...known, cleared_at: at })
      const project = () => db.run('UPDATE alarms SET cleared_at = ? WHERE id = ?', at, id)
      journal.tell({ kind: 'alarm.cleared', data: { alarm: id } }, { project, saved })
      tell(id, 'cleared')
    },
    /** Who, when and why. Errors: E_ALARM_UNKNOWN, E_REASON. */
    acknowledge: (id: string, actor: string, reason: string): void => {
      if (!find(id)) throw new YaoguiError('E_ALARM_UNKNOWN', { zh: '没有这个告警', en: 'no such alarm' })
      if (!reason.trim()) throw new YaoguiError('E_REASON', { zh: '请填写原因', en: 'a reason is needed' })
      journal.append([{ kind: 'alarm.acknowledged', data: { alarm: id, actor, reason } }], () =>
        db.run(
          'UPDATE alarms SET acknowledged_by = ?, acknowledged_at = ? WHERE id = ?',
          actor,
          clock.now().toISOString(),
          id,
        ),
      )
      tell(id, 'acknowledged')
    },
    list: (): readonly AlarmView[] => {
      const rows = db.all<Row>(
        'SELECT * FROM alarms ORDER BY cleared_at IS NOT NULL, raised_at DESC LIMIT 200',
      )
      return [...unsaved.values(), ...rows.filter(({ id }) => !unsaved.has(id))].map(viewOf)
    },
    find: (id: string): AlarmView | undefined => {
      const row = find(id)
      return row && viewOf(row)
    },
    isOpen: (id: string): boolean => find(id)?.cleared_at === null,
    open: (): number => {
      const rows = db.all<{ id: string }>('SELECT id FROM alarms WHERE cleared_at IS NULL')
      const written = rows.filter(({ id }) => !unsaved.has(id)).length
      return written + [...unsaved.values()].filter(row => row.cleared_at === null).length
    },
    onChange: (listener: (alarm: AlarmView, change: 'raised' | 'cleared' | 'acknowledged') => void): void => {
      listeners.add(listener)
    },
  }
}

export type Alarms = ReturnType<typeof createAlarms>
