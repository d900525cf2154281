import type { DrugStockView } from '#cloud-sync/contract/edge-stock.ts'
import { codeOf } from '#domain/error.ts'
import { DAY, shanghaiDay } from '#domain/time.ts'
import { isUnnamed } from '#domain/unnamed-lot.ts'
import type { Alarms } from '../alarms/alarms.ts'
import type { EdgeClock } from '../clock.ts'
import { isDiskCode } from '../health/disk.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'
import type { Lists } from '../lists/lists.ts'
import { nameOf, type Stock, type StoredLot } from './stock.ts'

type Options = {
  readonly db: Database
  readonly journal: Journal
  readonly alarms: Alarms
  readonly clock: EdgeClock
  readonly stock: Stock
  readonly lists: Lists
  readonly nearExpiryDays: number
  readonly onChange: () => void
}

type Proposal = { readonly drug: string; readonly proposed_at: string; readonly quantity: number }

type Known = {
  readonly par: number | null
  readonly proposal: Proposal | undefined
  readonly asked: number
  readonly shown: (drawer: string) => boolean
}

const sum = (lots: readonly { readonly quantity: number }[]): number =>
  lots.reduce((total, { quantity }) => total + quantity, 0)

const alarmOf = (drug: string): string => `stock-out-${drug}`

/** After these a drug may have come below its par level, or above it again. */
const MOVING = new Set([
  'stock.counted',
  'operation.completed',
  'operation.reviewed',
  'withdrawal.completed',
  'withdrawal.reviewed',
  'downtime.entry',
  'lot.status',
  'order.received',
])

/**
 * R15. Below par the site proposes to be filled up, once until it is above again; nothing left is said explicitly. What
 * counts is what may be picked, not less what orders wait for: an order may never be fetched, the queue breathes all day,
 * and a par level already allows for it. A proposal that came and went with the queue would be none.
 */
export const createSupply = (options: Options) => {
  const { db, journal, alarms, clock, stock, lists, nearExpiryDays, onChange } = options
  const available = (drug: string): number => sum(stock.pick(drug, Number.POSITIVE_INFINITY, clock.now()))
  const levels = () => new Map(lists.get('par')?.levels.map(level => [level.drug, level]))
  const drugsHere = (): ReadonlySet<string> => new Set(stock.lots().map(({ drug }) => drug))
  /** Missed when it is gone: what the centre's list names, or, without one, whatever was ever here. */
  const kept = (): ReadonlySet<string> => {
    const named = [...levels().values()].filter(({ par }) => par > 0).map(({ drug }) => drug)
    return named.length > 0 ? new Set(named) : drugsHere()
  }
  const proposals = (): ReadonlyMap<string, Proposal> =>
    new Map(db.all<Proposal>('SELECT * FROM replenishment').map(row => [row.drug, row]))
  const out = new Set(
    alarms
      .list()
      .flatMap(({ id, clearedAt }) => (clearedAt === null && id.startsWith(alarmOf('')) ? [id] : [])),
  )
  /** Told, but the disk has not taken it yet. */
  const waiting = new Set<string>()

  const propose = (drug: string, quantity: number, inStock: number, par: number): void => {
    waiting.add(drug)
    const at = clock.now().toISOString()
    journal.tell(
      { kind: 'replenishment.proposed', data: { drug, quantity, inStock, par } },
      {
        project: () => db.run('INSERT OR REPLACE INTO replenishment VALUES (?,?,?)', drug, at, quantity),
        saved: () => waiting.delete(drug),
      },
    )
    onChange()
  }

  /** What was proposed has been met, or is no longer asked for; the movement that did it stands in the journal. */
  const settle = (drug: string): void => {
    try {
      db.run('DELETE FROM replenishment WHERE drug = ?', drug)
      onChange()
    } catch (error) {
      if (!isDiskCode(codeOf(error))) throw error
    }
  }

  const checkPar = (): void => {
    const par = levels()
    const open = proposals()
    for (const drug of open.keys()) if (!par.has(drug)) settle(drug)
    for (const { drug, par: least, fillTo } of par.values()) {
      const inStock = available(drug)
      if (inStock >= least && open.has(drug)) settle(drug)
      if (inStock < least && !open.has(drug) && !waiting.has(drug))
        propose(drug, Math.max(fillTo - inStock, 1), inStock, least)
    }
  }

  const sayOut = (drug: string): void => {
    const { name, spec } = stock.item(drug)
    out.add(alarmOf(drug))
    journal.tell({ kind: 'stock.out', data: { drug } })
    alarms.raise({
      id: alarmOf(drug),
      kind: 'stock-out',
      level: 'warning',
      zh: `${name} ${spec} 已无可取库存`,
      en: `${name} ${spec} is out of stock`,
    })
  }

  const checkOut = (): void => {
    const missed = kept()
    for (const drug of missed) if (!out.has(alarmOf(drug)) && available(drug) === 0) sayOut(drug)
    for (const id of out) {
      const drug = id.slice(alarmOf('').length)
      if (missed.has(drug) && available(drug) === 0) continue
      out.delete(id)
      alarms.clear(id)
    }
  }

  const check = (): void => {
    checkPar()
    checkOut()
  }

  journal.onAppend(records => {
    if (records.some(({ kind }) => MOVING.has(kind))) check()
  })

  /** Packs that waiting orders in date ask for, by drug. */
  const promised = (): ReadonlyMap<string, number> => {
    const now = Math.floor(clock.now().getTime() / 1_000)
    const rows = db.all<{ drug: string; quantity: number }>(
      `SELECT json_extract(item.value, '$.drug') AS drug, json_extract(item.value, '$.quantity') AS quantity
       FROM authorisations, json_each(authorisations.claims, '$.items') AS item
       WHERE authorisations.status = 'waiting' AND json_extract(authorisations.claims, '$.exp') > ?`,
      now,
    )
    const packs = new Map<string, number>()
    for (const { drug, quantity } of rows) packs.set(drug, (packs.get(drug) ?? 0) + quantity)
    return packs
  }

  /** Days are calendar days in Shanghai, the last usable one included. */
  const nearExpiry = (lots: readonly StoredLot[]): DrugStockView['nearExpiry'] => {
    const now = clock.now()
    const today = shanghaiDay(now)
    const horizon = shanghaiDay(new Date(now.getTime() + nearExpiryDays * DAY))
    return lots
      .filter(({ expiry, quantity }) => quantity > 0 && expiry >= today && expiry < horizon)
      .filter(({ status }) => status === 'available' || status === 'quarantined')
      .map(({ lot, drawer, expiry, quantity }) => ({ lot, drawer, expiry, quantity }))
  }

  const view = (drug: string, { par, proposal, asked, shown }: Known): DrugStockView => {
    const lots = stock.lots(drug).filter(({ quantity, drawer }) => quantity > 0 && shown(drawer))
    const today = shanghaiDay(clock.now())
    const usable = lots.filter(({ expiry, lot }) => expiry >= today || isUnnamed(lot))
    const inStock = available(drug)
    const told = sum(stock.pick(drug, Number.POSITIVE_INFINITY, clock.now(), shown))
    return {
      ...nameOf(stock.item(drug)),
      available: told,
      reserved: Math.min(asked, told),
      quarantined: sum(usable.filter(({ status }) => status === 'quarantined' || status === 'recalled')),
      expired: sum(lots) - sum(usable),
      par,
      proposed: proposal ? { quantity: proposal.quantity, at: proposal.proposed_at } : null,
      nearExpiry: nearExpiry(lots),
      state: inStock === 0 ? 'out' : par !== null && inStock < par ? 'below-par' : 'ok',
    }
  }

  return {
    /** Also from time to time: lots expire at midnight with nobody moving anything. */
    check,
    /** Figures of the drawers that are `shown`; whether a drug is short is said of all. */
    state: (shown: (drawer: string) => boolean = () => true): readonly DrugStockView[] => {
      const par = levels()
      const open = proposals()
      const asked = promised()
      return [...new Set([...drugsHere(), ...par.keys()])].sort().map(drug =>
        view(drug, {
          par: par.get(drug)?.par ?? null,
          proposal: open.get(drug),
          asked: asked.get(drug) ?? 0,
          shown,
        }),
      )
    },
  }
}
