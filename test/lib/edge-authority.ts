import { DAY, shanghaiDay } from '#domain/time.ts'
import type { RunningEdge } from '#edge/main.ts'
import { type Ask, journaled, PIN, type Township } from './edge-township.ts'

/** A list of what may be taken before the review, in force for `days` more. */
export const overrideList = (days = 30) => {
  const day = (offset: number) => shanghaiDay(new Date(Date.now() + offset * DAY))
  return {
    name: 'override',
    version: '2026-3',
    effective: day(-40),
    reviewBy: day(days),
    entries: [
      { drug: 'metformin-500', maxQuantity: 2, second: false, roles: ['pharmacist'] },
      { drug: 'amlodipine-5', maxQuantity: 1, second: true, roles: ['pharmacist'] },
    ],
  }
}

export const sendList = (town: Township, edge: RunningEdge, days = 30): Promise<void> =>
  town.order(edge, 'list', overrideList(days))

/** What somebody asks for from a paper that the centre has not reviewed yet. */
export const paper = (changes: Record<string, unknown> = {}) => ({
  rx: 'RX-900',
  patient: '张桂芳',
  prescriber: '周敏',
  items: [{ drug: 'metformin-500', quantity: 2 }],
  reason: 'emergency',
  ...changes,
})

/** A second person signs at the page of who acts; gives the ticket. They have logged in once before. */
export const signed = async (as: Ask, person: string, act: string): Promise<string> =>
  String((await as('/api/second', { person, pin: PIN, act })).body.ticket)

/** Unlocks that were refused: by whose wish, why, for which prescription. */
export const refusalsIn = (edge: RunningEdge) =>
  journaled(edge, 'unlock.refused').map(({ actor, code, rx }) => [actor, code, rx])
