import type { DrugStockView, StockView } from '#cloud-sync/contract/edge-stock.ts'
import { UNNAMED_EXPIRY } from '#domain/unnamed-lot.ts'
import type { Look } from './look.ts'

const SHANGHAI_DAY = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' })
/** `YYYY-MM-DD` in Shanghai. */
export const dayOf = (ms: number): string => SHANGHAI_DAY.format(ms)

/** Nobody knows the expiry of what nobody can name. */
export const shownExpiry = (expiry: string): string => (expiry === UNNAMED_EXPIRY ? '—' : expiry)

/** `expiry` is the last usable calendar day. */
const isExpired = ({ expiry }: Pick<StockView, 'expiry'>, nowMs: number): boolean => expiry < dayOf(nowMs)

/** Colour and icon of a lot's state; the word is `stock.*`. */
export const LOT_LOOK = {
  available: { tone: 'ok', icon: 'check' },
  quarantined: { tone: 'warning', icon: 'lock' },
  returned: { tone: 'info', icon: 'back' },
  recalled: { tone: 'error', icon: 'cross' },
  expired: { tone: 'error', icon: 'clock' },
} as const satisfies Readonly<Record<string, Look>>
export type LotLook = keyof typeof LOT_LOOK

const isLook = (status: string): status is LotLook => status in LOT_LOOK
export const lookOfLot = (lot: Pick<StockView, 'expiry' | 'status'>, nowMs: number): LotLook => {
  if (isExpired(lot, nowMs) && lot.expiry !== UNNAMED_EXPIRY) return 'expired'
  return isLook(lot.status) ? lot.status : 'quarantined'
}

export const STOCK_LOOK: Readonly<Record<DrugStockView['state'], Look>> = {
  ok: { tone: 'ok', icon: 'check' },
  'below-par': { tone: 'warning', icon: 'warning' },
  out: { tone: 'error', icon: 'cross' },
}

export const STOCK_FILTERS = ['all', 'low', 'near', 'held'] as const
export type StockFilter = (typeof STOCK_FILTERS)[number]

const PASSES: Readonly<Record<StockFilter, (one: DrugStockView) => boolean>> = {
  all: () => true,
  low: ({ state }) => state !== 'ok',
  near: ({ nearExpiry, expired }) => nearExpiry.length > 0 || expired > 0,
  held: ({ quarantined }) => quarantined > 0,
}
const RANK: readonly DrugStockView['state'][] = ['out', 'below-par', 'ok']

/** What is out stands first, then what runs low. */
export const filterStock = (stock: readonly DrugStockView[], filter: StockFilter): readonly DrugStockView[] =>
  stock.filter(PASSES[filter]).toSorted((a, b) => RANK.indexOf(a.state) - RANK.indexOf(b.state))
