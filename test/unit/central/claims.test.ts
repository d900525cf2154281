import { Check } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { SAMPLE_FORMULARY } from '#central/formulary/sample.ts'
import { claimsOf } from '#central/release/claims.ts'
import { Claims } from '#domain/authorisation/claims.ts'
import type { Prescription } from '#domain/prescription.ts'
import { goodPrescription, MORNING } from '../../lib/central-fixture.ts'

const make = (changes: Partial<Prescription> = {}, now = MORNING) =>
  claimsOf(goodPrescription(changes), {
    issuer: 'yunxi-centre',
    formulary: new Map(SAMPLE_FORMULARY.map(item => [item.id, item])),
    now: new Date(now),
    salt: 'salt',
    reviewers: ['王药师'],
    rules: '1',
  })
const iso = (seconds: number) => new Date(seconds * 1000).toISOString()

describe('what is signed', () => {
  it('holds from the time of issue to the end of that day in Shanghai', () => {
    const claims = make()
    expect(Check(Claims, claims)).toBe(true)
    expect([iso(claims.nbf), iso(claims.exp)]).toEqual([
      '2026-11-22T01:00:00.000Z',
      '2026-11-22T16:00:00.000Z',
    ])
  })

  it('counts the day of issue as the first of an extension', () => {
    expect(iso(make({ valid_days: 3 }).exp)).toBe('2026-11-24T16:00:00.000Z')
  })

  it('is not made after the last instant', () => {
    expect(make({}, '2026-11-22T15:59:59.999Z').rx).toMatch(/^RX/)
    expect(() => make({}, '2026-11-22T16:00:00.000Z')).toThrow(
      expect.objectContaining({ code: 'E_RX_EXPIRED' }),
    )
  })

  it('names the patient by a salted hash, never by the identity number', () => {
    const [one, other] = [make(), make()]
    expect(one.patient.idHash).toMatch(/^[0-9a-f]{64}$/)
    expect(other.patient.idHash).toBe(one.patient.idHash)
    expect(one.jti).not.toBe(other.jti)
    expect(JSON.stringify(one)).not.toContain('110101195803074013')
  })

  it('leaves out a year of birth that nobody stated', () => {
    const { certno: _none, ...patient } = goodPrescription().mdtrtinfo
    expect(make({ mdtrtinfo: patient }).patient).toEqual({ name: '张三' })
  })
})
