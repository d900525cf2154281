import type { ShipmentView } from '#cloud-sync/contract/edge-goods.ts'
import { DAY, shanghaiDay } from '#domain/time.ts'
import { isUnnamed } from '#domain/unnamed-lot.ts'
import type { EdgeClock } from '../clock.ts'
import type { Lists } from '../lists/lists.ts'
import type { Recalls } from '../stock/recalls.ts'
import type { Stock } from '../stock/stock.ts'

type Note = ShipmentView['lines'][number]['notes'][number]
type Options = {
  readonly clock: EdgeClock
  readonly stock: Stock
  readonly lists: Lists
  readonly recalls: Recalls
  readonly drawers: ReadonlyMap<
    string,
    { readonly role: 'stock' | 'return'; readonly cold?: string | undefined }
  >
}

/** Less than this left when it arrives is worth a word to the centre. */
const SHORT_DATED_DAYS = 90

/** What somebody who puts packs in must heed: may they go in, where, and does it need a second pair of eyes? */
export const createHeed = ({ clock, stock, lists, recalls, drawers }: Options) => {
  const held = (drug: string): boolean => stock.lots(drug).some(({ quantity }) => quantity > 0)

  /** Drugs in this cabinet that look or sound like this one. */
  const alike = (drug: string): readonly string[] => {
    const groups = lists.get('look-alike')?.groups.filter(group => group.includes(drug)) ?? []
    return [...new Set(groups.flat())].filter(other => other !== drug && held(other))
  }

  const dated = (expiry: string): readonly Note[] => {
    const now = clock.now()
    if (expiry < shanghaiDay(now))
      return [
        {
          code: 'E_LOT_EXPIRED',
          text: { zh: `已于 ${expiry} 过期，不能入柜，请退回`, en: `expired on ${expiry}: send it back` },
          blocks: true,
        },
      ]
    if (expiry >= shanghaiDay(new Date(now.getTime() + SHORT_DATED_DAYS * DAY))) return []
    const zh = `效期不足 ${SHORT_DATED_DAYS} 天（${expiry}）`
    return [{ code: 'SHORT_DATED', text: { zh, en: `expires on ${expiry}` }, blocks: false }]
  }

  const unnamed = (lot: string): readonly Note[] => {
    if (!isUnnamed(lot)) return []
    const text = { zh: '批号不明的药品不能入柜', en: 'goods of an unknown lot are no stock' }
    return [{ code: 'E_LOT_UNNAMED', text, blocks: true }]
  }

  const recalled = (drug: string, lot: string): readonly Note[] => {
    const recall = recalls.covering(drug, lot)
    if (!recall) return []
    const text = {
      zh: `该批号已召回（${recall.reason}），不能入柜`,
      en: `this lot is recalled (${recall.reason}): keep it out`,
    }
    return [{ code: 'E_LOT_RECALLED', text, blocks: true }]
  }

  /** One lot has one expiry: where paper and drawer differ one of them is wrong, and an expired lot might be picked (R14). */
  const contradicted = (drug: string, lot: string, expiry: string): readonly Note[] => {
    const other = stock.lots(drug).find(one => one.lot === lot && one.quantity > 0 && one.expiry !== expiry)
    if (!other) return []
    const text = {
      zh: `柜内同批号有效期为 ${other.expiry}，与 ${expiry} 不符，请核对包装`,
      en: `this lot is here with expiry ${other.expiry}, not ${expiry}: read it off the pack`,
    }
    return [{ code: 'E_LOT_EXPIRY', text, blocks: true }]
  }

  const lookAlike = (drug: string): readonly Note[] => {
    const names = alike(drug).map(other => stock.item(other).name)
    if (names.length === 0) return []
    const text = {
      zh: `与柜内 ${names.join('、')} 易混淆，需第二人核对`,
      en: `looks like ${names.join(', ')} in this cabinet: a second person checks`,
    }
    return [{ code: 'LOOK_ALIKE', text, blocks: false }]
  }

  return {
    notes: ({
      drug,
      lot,
      expiry,
    }: {
      readonly drug: string
      readonly lot: string
      readonly expiry: string
    }) => [
      ...unnamed(lot),
      ...dated(expiry),
      ...contradicted(drug, lot, expiry),
      ...recalled(drug, lot),
      ...lookAlike(drug),
    ],
    /** R12: look-alikes go in under four eyes. */
    needsSecond: (drug: string): boolean => alike(drug).length > 0,
    /** The drawer that holds this lot, or the drug, or an empty one that is as cold as the drug needs; null = none is free. */
    drawerFor: (drug: string, lot: string): string | null => {
      const lots = stock
        .lots()
        .filter(({ quantity, drawer }) => quantity > 0 && drawers.get(drawer)?.role === 'stock')
      const here = lots.filter(one => one.drug === drug)
      const same = here.find(one => one.lot === lot) ?? here[0]
      if (same) return same.drawer
      const taken = new Set(lots.map(({ drawer }) => drawer))
      const cold = stock.item(drug).storage === 'cold'
      const free = [...drawers].find(
        ([id, each]) => each.role === 'stock' && !taken.has(id) && (each.cold !== undefined) === cold,
      )
      return free?.[0] ?? null
    },
  }
}

export type Heed = ReturnType<typeof createHeed>
