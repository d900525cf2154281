import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { roleOf } from '#edge/broker/accounts.ts'
import { hashPin, isUsablePin, matchesPin } from '#edge/people/pin.ts'

describe('a PIN', () => {
  it('is known again by its hash, which says nothing of it and never comes twice', () => {
    const [one, two] = [hashPin('482913'), hashPin('482913')]
    expect(one).not.toBe(two)
    expect(one).not.toContain('482913')
    expect([matchesPin('482913', one), matchesPin('482913', two), matchesPin('482914', one)]).toEqual([
      true,
      true,
      false,
    ])
  })

  it('is six digits, neither one digit only nor a run in either direction', () => {
    for (const weak of ['000000', '999999', '012345', '456789', '567890', '987654', '543210', '098765'])
      expect(isUsablePin(weak), weak).toBe(false)
    for (const wrong of ['', '12345', '1234567', '12345a', '１２３４５６', ' 482913'])
      expect(isUsablePin(wrong), wrong).toBe(false)
    expect(isUsablePin('482913')).toBe(true)
  })
})

describe('an account of the local broker', () => {
  const accounts = { reader: 'r-secret', flows: 'f-secret' }
  it('is let in with its own password alone', () => {
    expect(roleOf(accounts, 'reader', Buffer.from('r-secret'))).toBe('reader')
    expect(roleOf(accounts, 'flows', Buffer.from('f-secret'))).toBe('flows')
    expect(roleOf(accounts, 'reader', Buffer.from('f-secret'))).toBeUndefined()
    expect(roleOf(accounts, 'reader', undefined)).toBeUndefined()
  })

  it('is nobody under any other name or password, whatever its bytes', () => {
    fc.assert(
      fc.property(
        fc.option(fc.string(), { nil: undefined }),
        fc.uint8Array({ maxLength: 12 }),
        (user, password) => {
          fc.pre(Buffer.from(password).toString() !== accounts.reader)
          expect(roleOf(accounts, user, password)).toBeUndefined()
          expect(roleOf(accounts, 'constructor', password)).toBeUndefined()
        },
      ),
    )
  })
})
