import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MINUTE } from '#domain/time.ts'
import { createPeople, IDLE_MINUTES } from '#edge/people/people.ts'
import { openJournal, temporaryDir } from '#test/lib/edge-journal.ts'

const FIRST = '482913'
const NEXT = '739154'

let dir: ReturnType<typeof temporaryDir>
let held: ReturnType<typeof openJournal>
const house = () =>
  createPeople({
    ...held,
    initial: [{ id: 'wang', name: '王秀兰', role: 'pharmacist', initialPin: FIRST }],
  })
let people: ReturnType<typeof house>
beforeEach(() => {
  dir = temporaryDir()
  held = openJournal(dir.path)
  people = house()
})
afterEach(() => {
  held.close()
  dir.remove()
})

const kinds = () => held.journal.read(0, 100).map(({ kind, data }) => [kind, JSON.parse(data).code ?? ''])
const codeOf = (work: () => unknown): string | undefined => {
  try {
    work()
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

describe('people at the cabinet', () => {
  it('are journaled at every login, refused ones too (R19)', () => {
    codeOf(() => people.login('nobody', FIRST))
    codeOf(() => people.login('wang', '000001'))
    people.login('wang', FIRST)
    expect(kinds()).toEqual([
      ['person.refused', 'E_PERSON_UNKNOWN'],
      ['person.refused', 'E_PIN_WRONG'],
      ['person.login', ''],
    ])
  })

  it('are locked out for five minutes by five wrong PINs, the right one then too, also over a restart', () => {
    for (let at = 0; at < 5; at++) expect(codeOf(() => people.login('wang', '000001'))).toBe('E_PIN_WRONG')
    expect(codeOf(() => people.login('wang', FIRST))).toBe('E_PERSON_LOCKED')
    people = house()
    held.clock.pass(5 * MINUTE - 1)
    expect(codeOf(() => people.login('wang', FIRST))).toBe('E_PERSON_LOCKED')
    held.clock.pass(2)
    expect(people.login('wang', FIRST).person.id).toBe('wang')
    expect(codeOf(() => people.login('wang', '000001'))).toBe('E_PIN_WRONG')
  })

  it('are locked out by wrong PINs at the change of PIN as well', () => {
    const { token } = people.login('wang', FIRST)
    for (let at = 0; at < 5; at++)
      expect(codeOf(() => people.changePin('wang', '000001', NEXT))).toBe('E_PIN_OLD')
    expect(codeOf(() => people.changePin('wang', FIRST, NEXT))).toBe('E_PERSON_LOCKED')
    expect(people.who(token).id).toBe('wang')
    expect(kinds().filter(([kind]) => kind === 'person.refused')).toHaveLength(6)
  })

  it.each(['111111', '123456', '654321', '12345', '1234567', 'abcdef', FIRST])(
    'may not choose %s as their PIN',
    pin => {
      expect(codeOf(() => people.changePin('wang', FIRST, pin))).toBe('E_PIN_WEAK')
    },
  )

  it('need not change their PIN again once they did, after a restart either', () => {
    expect(people.login('wang', FIRST).person.mustChangePin).toBe(true)
    people.changePin('wang', FIRST, NEXT)
    people = house()
    expect(people.login('wang', NEXT).person.mustChangePin).toBe(false)
    expect(codeOf(() => people.login('wang', FIRST))).toBe('E_PIN_WRONG')
  })

  it('are logged off when they leave the kiosk alone, and not while they use it', () => {
    const { token } = people.login('wang', FIRST)
    held.clock.pass((IDLE_MINUTES - 1) * MINUTE)
    expect(people.who(token).id).toBe('wang')
    held.clock.pass((IDLE_MINUTES - 1) * MINUTE)
    expect(people.who(token, { touch: false }).id).toBe('wang')
    held.clock.pass(2 * MINUTE)
    expect(codeOf(() => people.who(token))).toBe('E_LOGIN')
  })

  it('are logged off at once when they say so', () => {
    const { token } = people.login('wang', FIRST)
    people.logout(token)
    expect(codeOf(() => people.who(token))).toBe('E_LOGIN')
    expect(codeOf(() => people.who(undefined))).toBe('E_LOGIN')
  })

  it('leave no PIN readable in the file', () => {
    people.changePin('wang', FIRST, NEXT)
    const { pin } = held.db.get<{ pin: string }>('SELECT pin FROM people') ?? { pin: '' }
    expect(pin).toMatch(/^[0-9a-f]{32}:[0-9a-f]{64}$/)
  })
})
