import { describe, expect, it } from 'vitest'
import type { Claims } from '#domain/authorisation/claims.ts'
import type { Lot } from '#domain/drug.ts'
import { prescriptionView, withdrawalView } from '#edge/api/views.ts'
import { transition } from '#edge/dispensing/machine.ts'
import type { Withdrawal } from '#edge/dispensing/state.ts'
import { wrapDatabase } from '#edge/journal/database.ts'
import { createStock } from '#edge/stock/stock.ts'
import { stockOf } from '#test/lib/edge-stock.ts'
import { resultWith, STANDS, type Stand, TELLINGS, withdrawalIn } from '#test/lib/edge-withdrawal.ts'

const stockWith = (lots: readonly Lot[] = []) =>
  createStock({ db: wrapDatabase(stockOf(lots)), journal: undefined as never })
const stock = stockWith()
const view = (w: Withdrawal, live: { grams: number; stable: boolean } | null = null) =>
  withdrawalView(w, '张桂芳', { live, stock })

const EVENTS = {
  unlock: TELLINGS['unlock to take'],
  'put-back': TELLINGS['unlock to put back'],
  accept: TELLINGS.accept,
  cancel: TELLINGS.cancel,
} as const
const ACTIONS = Object.keys(EVENTS) as (keyof typeof EVENTS)[]
const VERDICTS = {
  'unknown object': withdrawalIn(
    { at: 'judged', verdict: { kind: 'unknown-object', estimate: 1.5, residual: 0.5 } },
    { results: [resultWith(null)] },
  ),
  'too many to tell by weight': withdrawalIn(
    { at: 'judged', verdict: { kind: 'ask', estimate: 40, sd: 1 } },
    { results: [resultWith(null)] },
  ),
  'one too few': withdrawalIn(
    { at: 'judged', verdict: { kind: 'count', units: 1 } },
    { results: [resultWith(1)] },
  ),
} as const
const ALL: readonly (readonly [string, Withdrawal])[] = [
  ...Object.entries(STANDS),
  ...Object.entries(VERDICTS),
  ...(['partial', 'discrepancy', 'abandoned'] as const).map(
    outcome => [`finished ${outcome}`, withdrawalIn({ at: 'finished', outcome })] as const,
  ),
]

describe('the kiosk’s view of a withdrawal', () => {
  it.each(ALL)('says in both languages what to do: %s', (_stand, w) => {
    const { message } = view(w)
    expect(message.zh).toMatch(/\p{Script=Han}/u)
    expect(message.en).toMatch(/[a-z]{3}/)
    expect(message.code).not.toBe('')
    expect(`${message.zh}${message.en}`).not.toMatch(/undefined|null|NaN/)
  })

  it.each(ALL)('offers no act that the machine would not take: %s', (_stand, w) => {
    const offered = view(w).actions
    for (const action of ACTIONS)
      if (offered.includes(action)) expect(transition(w, EVENTS[action]).state).not.toBe(w)
    expect(offered.includes('review')).toBe(w.phase.at === 'review')
  })

  it.each(ALL.filter(([, { phase }]) => ['idle', 'judged', 'failed', 'review'].includes(phase.at)))(
    'leaves nobody without a way on: %s',
    (_stand, w) => {
      const { actions } = view(w)
      expect(actions.some(action => ['accept', 'cancel', 'review'].includes(action))).toBe(true)
    },
  )

  it.each([
    ['idle', 'waiting'],
    ['confirming', 'unlocking'],
    ['open', 'open'],
    ['weighing-after', 'weighing'],
    ['judged over', 'over'],
    ['judged untouched', 'under'],
    ['failed after a pulse', 'failed'],
    ['review', 'failed'],
    ['finished', 'done'],
  ] as const satisfies readonly (readonly [Stand, string])[])(
    'shows the step of %s as %s',
    (stand, status) => {
      expect(view(STANDS[stand]).steps[0]?.status).toBe(status)
    },
  )

  it('shows the live estimate of an open drawer only', () => {
    const live = { grams: 237.6, stable: true }
    expect(view(STANDS.open, live).live).toEqual({ ...live, estimate: 1 })
    expect(view(STANDS['weighing-after'], live).live).toBeNull()
  })

  it('shows that the scale cannot say, instead of none taken', () => {
    const suggestion = [{ drug: 'd', lot: 'l', drawer: 'D01', expected: 2, taken: null, grams: 0 }]
    expect(withdrawalView(STANDS.review, '', { live: null, stock, suggestion }).steps[0]?.taken).toBeNull()
  })
})

describe('the kiosk’s view of a prescription', () => {
  const lot = (changes: Partial<Lot>): Lot => ({
    drug: 'd',
    lot: 'L',
    drawer: 'D01',
    expiry: '2027-01-01',
    quantity: 5,
    packGrams: 8,
    packCv: 0,
    status: 'available',
    ...changes,
  })
  const now = new Date('2026-11-22T02:00:00Z')
  const authorisation = (exp: number, status: 'waiting' | 'dispensed' = 'waiting') => ({
    jti: 'j',
    token: 't',
    receivedAt: now.toISOString(),
    status,
    claims: {
      rx: 'RX1',
      kind: 'ordinary',
      fill: 1,
      nbf: 0,
      exp,
      patient: { name: '张' },
      prescriber: '周',
      items: [{ drug: 'd', name: 'd', spec: '', quantity: 1, unit: '盒', dosing: '' }],
    } as unknown as Claims,
  })
  const later = now.getTime() / 1000 + 60

  it('counts as stock only what may be taken, and names the drawer that would open (R14)', () => {
    const lots = [
      lot({ lot: 'old', drawer: 'D02', expiry: '2026-11-01' }),
      lot({ lot: 'held', drawer: 'D03', expiry: '2026-12-01', status: 'quarantined' }),
      lot({ lot: 'good', drawer: 'D04' }),
    ]
    expect(prescriptionView(authorisation(later), { stock: stockWith(lots), now }).items).toMatchObject([
      { inStock: 5, drawer: 'D04' },
    ])
    expect(prescriptionView(authorisation(later), { stock, now }).items).toMatchObject([
      { inStock: 0, drawer: null },
    ])
  })

  it('calls a waiting one expired from the second on in which it is, and no other', () => {
    expect(prescriptionView(authorisation(later - 60), { stock, now }).status).toBe('expired')
    expect(prescriptionView(authorisation(later - 59), { stock, now }).status).toBe('waiting')
    expect(prescriptionView(authorisation(0, 'dispensed'), { stock, now }).status).toBe('dispensed')
  })
})
