import { describe, expect, it } from 'vitest'
import { codeOf } from '#domain/error.ts'
import type { Role } from '#domain/people/actions.ts'
import { judgeOverride, type OverrideList, type Wanted } from '#edge/authority/override-list.ts'

const LIST: OverrideList = {
  name: 'override',
  version: '2026-3',
  effective: '2026-11-01',
  reviewBy: '2026-12-31',
  entries: [
    { drug: 'adrenaline', maxQuantity: 2, second: true, roles: ['pharmacist'] },
    { drug: 'metformin-500', maxQuantity: 1, second: false, roles: ['pharmacist', 'assistant'] },
  ],
}

type Case = { items?: readonly Wanted[]; role?: Role; today?: string; list?: OverrideList }
const judge = ({
  items = [{ drug: 'metformin-500', quantity: 1 }],
  role = 'pharmacist',
  today = '2026-11-22',
  list = LIST,
}: Case) => {
  try {
    return judgeOverride(list, { items, role, today })
  } catch (error) {
    return codeOf(error)
  }
}

describe('the list of what may be taken before the review', () => {
  it.each([
    ['2026-10-31', 'E_OVERRIDE_LIST'],
    ['2026-11-01', { list: '2026-3', second: false }],
    ['2026-12-31', { list: '2026-3', second: false }],
    ['2027-01-01', 'E_OVERRIDE_LIST'],
  ])('R4: on %s, from its effective day to its review date, answers %j', (today, answer) => {
    expect(judge({ today })).toEqual(answer)
  })

  it('R3: without a list nothing is taken', () => {
    const judged = () => judgeOverride(undefined, { items: [], role: 'lead', today: '2026-11-22' })
    expect(judged).toThrow(expect.objectContaining({ code: 'E_OVERRIDE_LIST' }))
  })

  it('R3: a drug that is not on it is refused, beside listed ones too', () => {
    const items = [
      { drug: 'metformin-500', quantity: 1 },
      { drug: 'amlodipine-5', quantity: 1 },
    ]
    expect(judge({ items })).toBe('E_OVERRIDE_LIST')
  })

  it('R3: no more than its quantity is taken, in two lines neither', () => {
    const line = { drug: 'metformin-500', quantity: 1 }
    expect(judge({ items: [line, line] })).toBe('E_OVERRIDE_QUANTITY')
  })

  it.each([
    ['pharmacist', { list: '2026-3', second: true }],
    ['lead', { list: '2026-3', second: true }],
    ['assistant', 'E_ROLE'],
    ['technician', 'E_ROLE'],
  ] as const)('R3: a %s is answered %j for a drug of pharmacists', (role, answer) => {
    expect(judge({ role, items: [{ drug: 'adrenaline', quantity: 2 }] })).toEqual(answer)
  })
})
