import { describe, expect, it } from 'vitest'
import { dateOf, type Field, findDrugs, missing, shownValue, timeOf } from '../../../web/kiosk/core/fields.ts'

const drugs = [
  { drug: 'a', name: '阿司匹林肠溶片', spec: '100mg×30片', unit: '盒' },
  { drug: 'b', name: '阿司匹林肠溶片', spec: '25mg×30片', unit: '盒' },
  { drug: 'c', name: '氨茶碱', spec: '0.1g×100片', unit: '瓶' },
  { drug: 'd', name: '碘酊', spec: '20ml', unit: '瓶' },
]

describe('R5: a drug outside an order', () => {
  it('is not listed before three initials are given', () => {
    for (const query of ['', 'A', 'AS']) expect(findDrugs(query, drugs)).toEqual([])
  })

  it('is then chosen by its strength among those of the name', () => {
    expect(findDrugs('ASP', drugs).map(({ spec }) => spec)).toEqual(['100mg×30片', '25mg×30片'])
    expect(findDrugs('ACJ', drugs).map(({ drug }) => drug)).toEqual(['c'])
    expect(findDrugs('XYZ', drugs)).toEqual([])
  })

  it('with a shorter name is found by all of it', () => {
    expect(findDrugs('D', drugs)).toEqual([])
    expect(findDrugs('DD', drugs).map(({ drug }) => drug)).toEqual(['d'])
  })
})

describe('what is typed as digits', () => {
  it('is a day in full or as some packs print it, and only one there is', () => {
    expect(dateOf('20270131')).toBe('2027-01-31')
    expect(dateOf('270131')).toBe('2027-01-31')
    for (const wrong of ['', '2027', '20270230', '20271301', '2027013']) expect(dateOf(wrong)).toBeNull()
  })

  it('is a minute of the day', () => {
    expect(timeOf('0930')).toBe('09:30')
    for (const wrong of ['', '930', '2400', '0960']) expect(timeOf(wrong)).toBeNull()
  })
})

describe('a form', () => {
  const fields: readonly Field[] = [
    { key: 'drug', label: '药品', kind: 'drug', drugs },
    { key: 'expiry', label: '有效期', kind: 'date' },
    { key: 'quantity', label: '数量', kind: 'number', most: 9, unit: '盒' },
    { key: 'rx', label: '处方号', kind: 'letters', hint: '', optional: true },
  ]

  it('names what is missing, and what is there but wrong', () => {
    expect(missing(fields, {})).toEqual(['药品', '有效期', '数量'])
    expect(missing(fields, { drug: 'a', expiry: '20270230', quantity: '12' })).toEqual(['有效期', '数量'])
    expect(missing(fields, { drug: 'a', expiry: '270131', quantity: '9' })).toEqual([])
  })

  it('shows values in words', () => {
    const values = { drug: 'b', expiry: '270131', quantity: '3' }
    expect(fields.map(field => shownValue(field, values))).toEqual([
      '阿司匹林肠溶片 25mg×30片',
      '2027-01-31',
      '3 盒',
      '',
    ])
  })
})
