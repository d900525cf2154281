/**
 * What a township pharmacy holds, by class, as counting by weight sees it. Weights, shares and quantities are our
 * assumptions, not measurements. So are the coefficients of variation; `from` says what each one was reckoned from:
 * - limits of the Chinese Pharmacopoeia (IV: 0101 tablets from 0.3 g ±5 %, 0104 granules 1.5–6 g ±7 %, above 6 g ±5 %;
 *   from memory, the text was not looked up), a third of a limit taken for one deviation;
 * - board, film and leaflet 2 % within a lot, glass 3 %: our guess;
 * - sellers of counting scales find 0.5–1.5 % for good parts (plas-pack.com, "Best practices in counting"), and printers
 *   that paper holds about a tenth of the relative humidity in water.
 */
export type Goods = {
  readonly name: string
  /** Mean weights of lots lie between these, grams. */
  readonly grams: readonly [number, number]
  /** Of one unit within a lot, as the cabinet is told. */
  readonly cv: number
  /** Part of the weight that is board or paper, and takes up moisture. */
  readonly paper: number
  /** Units of a lot in the drawer. */
  readonly holds: number
  /** Units asked for, each as often as it stands here. */
  readonly quantities: readonly number[]
  readonly place: 'room' | 'fridge'
  /** Of all withdrawals. */
  readonly share: number
  readonly from: string
}

const room = 'room' as const

export const GOODS: readonly Goods[] = [
  {
    name: 'blister boxes 铝塑盒装',
    grams: [15, 45],
    cv: 0.012,
    paper: 0.4,
    holds: 40,
    quantities: [1, 1, 1, 1, 2, 2, 2, 3, 3, 4],
    place: room,
    share: 0.34,
    from: 'board, film and leaflet 2 % each, tablets 1.7 %/√24',
  },
  {
    name: 'small boxes 小盒',
    grams: [7, 15],
    cv: 0.015,
    paper: 0.45,
    holds: 50,
    quantities: [1, 1, 1, 2, 2, 3, 4],
    place: room,
    share: 0.14,
    from: 'as above, fewer parts',
  },
  {
    name: 'bottles 瓶装',
    grams: [45, 160],
    cv: 0.012,
    paper: 0.05,
    holds: 15,
    quantities: [1, 1, 1, 2, 2, 3],
    place: room,
    share: 0.14,
    from: 'glass 3 % on a third of the weight, filling 1 %',
  },
  {
    name: 'granule boxes 颗粒盒装',
    grams: [70, 140],
    cv: 0.01,
    paper: 0.2,
    holds: 15,
    quantities: [1, 1, 2, 2, 3, 4, 6],
    place: room,
    share: 0.1,
    from: 'sachets 1.7 %/√10, board 2 %, rounded up',
  },
  {
    name: 'ampoule packs 安瓿盒装',
    grams: [35, 130],
    cv: 0.01,
    paper: 0.15,
    holds: 15,
    quantities: [1, 1, 1, 2, 3],
    place: room,
    share: 0.08,
    from: 'glass 3 %/√10 on half of the weight, board 2 %, rounded up',
  },
  {
    name: 'insulin pens 胰岛素笔',
    grams: [28, 45],
    cv: 0.006,
    paper: 0.2,
    holds: 25,
    quantities: [1, 1, 2, 2, 3, 4, 5],
    place: 'fridge',
    share: 0.06,
    from: 'moulded parts 0.5 %, board 2 % on a fifth',
  },
  {
    name: 'infusion bags 输液袋',
    grams: [110, 290],
    cv: 0.01,
    paper: 0,
    holds: 8,
    quantities: [1, 1, 2, 3],
    place: room,
    share: 0.01,
    from: 'filling 1 %',
  },
  {
    name: 'single sachets 散袋',
    grams: [3.5, 12.5],
    cv: 0.023,
    paper: 0,
    holds: 100,
    quantities: [3, 6, 6, 9, 9, 12, 14, 18, 21],
    place: room,
    share: 0.05,
    from: '0104: a third of 7 %',
  },
  {
    name: 'blister strips 铝塑板',
    grams: [2, 6],
    cv: 0.015,
    paper: 0,
    holds: 60,
    quantities: [1, 1, 2, 2, 3, 4, 6],
    place: room,
    share: 0.04,
    from: 'film 2 %, tablets 1.7 %/√10',
  },
  {
    name: 'single ampoules 散支安瓿',
    grams: [3.5, 9],
    cv: 0.02,
    paper: 0,
    holds: 60,
    quantities: [1, 2, 2, 3, 3, 5, 6, 10],
    place: room,
    share: 0.03,
    from: 'glass 3 % on half of the weight, filling 2 %',
  },
  {
    name: 'loose tablets 散片',
    grams: [0.1, 0.6],
    cv: 0.017,
    paper: 0,
    holds: 200,
    quantities: [7, 14, 21, 28, 42],
    place: room,
    share: 0.01,
    from: '0101: a third of 5 %',
  },
]
