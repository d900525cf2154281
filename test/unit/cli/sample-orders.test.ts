import { Errors } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { SAMPLE_FORMULARY } from '#central/formulary/sample.ts'
import { sampleOrders } from '#cli/county/sample-orders.ts'
import { OrderBodies } from '#cloud-sync/contract/messages.ts'

const ORDERS = sampleOrders('2026-11-22', { delivery: true })

describe('what the sample county orders of a site', () => {
  it('is what the contract allows, the override list in force from today on', () => {
    const problems = ORDERS.flatMap(({ kind, body }) => Errors(OrderBodies[kind], body))
    expect(problems).toEqual([])
    expect(ORDERS.map(({ kind }) => kind)).toEqual(['list', 'list', 'list', 'shipment'])
    expect(ORDERS[2]?.body).toMatchObject({ effective: '2026-11-22', reviewBy: '2027-06-30' })
  })

  it('names no drug that the formulary does not have', () => {
    const known = SAMPLE_FORMULARY.map(({ id }) => id)
    const named = [...JSON.stringify(ORDERS).matchAll(/"drug":"([^"]+)"/g)].map(([, drug]) => drug)
    const alike = ORDERS.flatMap(({ body }) => (body as { groups?: string[][] }).groups?.flat() ?? [])
    expect([...named, ...alike].filter(drug => !known.includes(drug ?? ''))).toEqual([])
  })
})
