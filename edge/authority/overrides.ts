/**
 * Overrides (R2–R4): what a short list names is taken before the review, for an order that is not reviewed yet. Invariants:
 * - `override.started` is written with the start of its withdrawal, or neither is;
 * - it stays in the queue until it is matched with a reviewed order, or closed by the lead;
 * - what it took is not handed out again by the order when that comes.
 */
import { randomUUID } from 'node:crypto'
import type { PersonView } from '#cloud-sync/contract/edge-people.ts'
import { refusal } from '#domain/authorisation/refusal.ts'
import { YaoguiError } from '#domain/error.ts'
import { HOUR, shanghaiDay } from '#domain/time.ts'
import type { NewAlarm } from '../alarms/alarms.ts'
import type { Authorisations } from '../authorisation/authorisations.ts'
import type { OrderEffect } from '../authorisation/orders.ts'
import type { EdgeClock } from '../clock.ts'
import type { Beginning } from '../dispensing/beginning.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'
import type { Lists } from '../lists/lists.ts'
import { judgeOverride, type Wanted } from './override-list.ts'
import { createOverrideTable, type OverrideRow } from './override-table.ts'
import { demandReason } from './reasons.ts'

/** In the place of an order's jti. */
const PREFIX = 'override:'
export const isOverride = (jti: string): boolean => jti.startsWith(PREFIX)

const OPEN_TOO_LONG_MS = 24 * HOUR

/** What a person asks for: an order as it stands on the paper, not reviewed yet. */
export type OverrideAsk = {
  readonly rx: string
  readonly patient: string
  readonly prescriber: string
  readonly items: readonly Wanted[]
  readonly reason: string
}

const again = () =>
  new YaoguiError('E_OVERRIDE_TWICE', {
    zh: '这张处方已经越权取过药',
    en: 'this prescription was taken by override before',
    wayOut: { zh: '请等待中心药房审方', en: 'wait for the review at the centre' },
  })
const ordered = () =>
  new YaoguiError('E_OVERRIDE_ORDERED', {
    zh: '这张处方已审核通过，不需要越权',
    en: 'this prescription is reviewed: no override is needed',
    wayOut: { zh: '请在处方队列中取药', en: 'take it from the queue' },
  })
const covered = () =>
  new YaoguiError('E_RX_OVERRIDDEN', {
    zh: '这张处方的药已越权取走',
    en: 'what this prescription orders was taken by override',
    wayOut: { zh: '请与越权记录匹配', en: 'match it with the override' },
  })
const overrideUnknown = () =>
  new YaoguiError('E_OVERRIDE_UNKNOWN', { zh: '没有这次越权取药', en: 'there is no such override' })

type Options = {
  readonly db: Database
  readonly journal: Journal
  readonly clock: EdgeClock
  readonly lists: Lists
  readonly authorisations: Authorisations
  readonly onChange: () => void
}

export const createOverrides = ({ db, journal, clock, lists, authorisations, onChange }: Options) => {
  const table = createOverrideTable({ db, clock })
  let asked: { readonly jti: string; readonly rx: string } | undefined
  const tookSomething = (row: OverrideRow): boolean => table.taken(row).some(({ quantity }) => quantity !== 0)

  /** An override skips the review and nothing else: what forbids the order forbids it too. */
  const refuseOrdered = (rx: string): void => {
    for (const { status } of table.ordersOf(rx)) {
      if (status === 'revoked') throw refusal('E_RX_REVOKED')
      throw status === 'waiting' ? ordered() : refusal('E_RX_USED')
    }
    if (table.ofRx(rx).some(tookSomething)) throw again()
  }

  /** What is left of an order after what overrides of its prescription took. */
  const remaining = (jti: string, rx: string, items: readonly Wanted[]): readonly Wanted[] => {
    const taken = new Map<string, number>()
    for (const row of table.ofRx(rx))
      if (row.matchedJti === null || row.matchedJti === jti)
        for (const { drug, quantity } of table.taken(row)) taken.set(drug, (taken.get(drug) ?? 0) + quantity)
    return items.flatMap(({ drug, quantity }) => {
      const off = Math.min(quantity, Math.max(0, taken.get(drug) ?? 0))
      taken.set(drug, (taken.get(drug) ?? 0) - off)
      return quantity > off ? [{ drug, quantity: quantity - off }] : []
    })
  }

  /** Inside the transaction: an order of which nothing is left to hand out is done with. */
  const settle = (jti: string): void => {
    const order = authorisations.find(jti)
    if (order?.status !== 'waiting') return
    if (remaining(jti, order.claims.rx, order.claims.items).length === 0)
      authorisations.setStatus(jti, 'dispensed')
  }

  return {
    list: table.list,
    find: (jti: string): OverrideRow | undefined => table.find(jti.slice(PREFIX.length)),
    /** Also of one that was asked for last and refused, for its record (R19). */
    rxOf: (jti: string): string | null =>
      table.find(jti.slice(PREFIX.length))?.rx ?? (asked?.jti === jti ? asked.rx : null),
    /**
     * Judged, and ready to be started by the dispenser under `jti`; where the list wants a second person, `sign` is asked
     * with the start. Errors: E_REASON, E_OVERRIDE_LIST, E_OVERRIDE_QUANTITY, E_ROLE, E_OVERRIDE_ORDERED, E_OVERRIDE_TWICE,
     * E_RX_REVOKED, E_RX_USED; of `opening.events`: E_SECOND.
     */
    prepare: (
      ask: OverrideAsk,
      actor: PersonView,
      sign: () => string,
    ): { readonly jti: string; readonly opening: NonNullable<Beginning['opening']> } => {
      demandReason('override', ask.reason)
      const today = shanghaiDay(clock.now())
      const { items, rx } = ask
      const judged = judgeOverride(lists.get('override'), { items, role: actor.role, today })
      refuseOrdered(rx)
      const override = randomUUID()
      const jti = `${PREFIX}${override}`
      asked = { jti, rx }
      // Signed with the start itself: what refuses that (a drawer stands open) uses no signature up.
      let second: string | null = null
      const data = (session: string) => ({
        ...{ override, session, ...ask, actor: actor.id, second, list: judged.list },
      })
      return {
        jti,
        opening: {
          warrant: { jti, rx, items },
          events: session => {
            second = judged.second ? sign() : null
            return [{ kind: 'override.started', data: data(session) }]
          },
          project: session => {
            table.add(data(session))
            onChange()
          },
        },
      }
    },
    /** Nothing of an order that an override took is taken again. Errors: E_RX_OVERRIDDEN. */
    remaining: (jti: string, rx: string, items: readonly Wanted[]): readonly Wanted[] => {
      const left = remaining(jti, rx, items)
      if (left.length === 0) throw covered()
      return left
    },
    /** By hand. The order of this prescription that waits here, if any, is the one. Errors: E_OVERRIDE_UNKNOWN, E_OVERRIDE_MATCHED. */
    match: (id: string, by: string, note: string): void => {
      const row = table.find(id)
      if (!row) throw overrideUnknown()
      if (row.status === 'matched')
        throw new YaoguiError('E_OVERRIDE_MATCHED', { zh: '已经匹配', en: 'it is matched already' })
      const jti = table.ordersOf(row.rx).find(({ status }) => status === 'waiting')?.jti ?? null
      const data = { override: id, jti, by, note }
      journal.append([{ kind: 'override.matched', data }], () => {
        table.match(data)
        if (jti !== null) settle(jti)
      })
      onChange()
    },
    /** The centre's word that the prescription is reviewed. Errors: E_OVERRIDE_UNKNOWN. */
    matchOrder: (body: { override: string; jti?: string; note: string }): OrderEffect => {
      const row = table.find(body.override)
      if (!row) throw overrideUnknown()
      const ref = body.override
      const jti = body.jti ?? null
      if (row.status === 'matched' && (jti === null || row.matchedJti !== null))
        return { ref, apply: () => {} }
      const data = { override: body.override, jti, by: 'centre', note: body.note }
      return {
        ref,
        events: [{ kind: 'override.matched', data }],
        apply: () => {
          table.match(data)
          if (jti !== null) settle(jti)
          onChange()
        },
      }
    },
    /** The alarm of those that nobody matched in time; undefined when there is none. */
    overdue: (): NewAlarm | undefined => {
      const before = new Date(clock.now().getTime() - OPEN_TOO_LONG_MS).toISOString()
      const n = table.openBefore(before)
      if (n === 0) return undefined
      return {
        id: 'override-open',
        kind: 'override',
        level: 'warning',
        zh: `${n} 次越权取药超过 24 小时未与处方匹配`,
        en: `${n} overrides have not been matched with an order for 24 hours`,
      }
    },
  }
}

export type Overrides = ReturnType<typeof createOverrides>
