import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { codeOf as codeOfError } from '#domain/error.ts'
import { createPeople } from '#edge/people/people.ts'
import type { Proof } from '#edge/people/proof.ts'
import type { InitialPerson } from '#edge/people/register.ts'
import { createSecond, TICKET_MS } from '#edge/people/second.ts'
import { openJournal, temporaryDir } from '#test/lib/edge-journal.ts'

const FIRST = '482913'
const PIN = '739154'
const PEOPLE: readonly InitialPerson[] = [
  { id: 'wang', name: '王秀兰', role: 'pharmacist', initialPin: FIRST },
  { id: 'qian', name: '钱玉梅', role: 'lead', initialPin: FIRST },
  { id: 'he', name: '何晓燕', role: 'assistant', initialPin: FIRST },
]
const USE = { act: 'waste', actor: 'wang' } as const

let dir: ReturnType<typeof temporaryDir>
let held: ReturnType<typeof openJournal>
let people: ReturnType<typeof createPeople>
let second: ReturnType<typeof createSecond>
const house = (initial = PEOPLE, badgeAlone = false): void => {
  people = createPeople({ ...held, initial, badgeAlone })
  second = createSecond({ ...held, people })
}
beforeEach(() => {
  dir = temporaryDir()
  held = openJournal(dir.path)
  house()
  for (const id of ['wang', 'he']) people.changePin(id, FIRST, PIN)
})
afterEach(() => {
  held.close()
  dir.remove()
})

const code = (work: () => unknown): string | undefined => {
  try {
    work()
    return undefined
  } catch (error) {
    return codeOfError(error)
  }
}
const told = (kind: string) =>
  held.journal
    .read(0, 100)
    .filter(record => record.kind === kind)
    .map(({ data }) => JSON.parse(data))
const sign = (proof: Proof = { person: 'he', pin: PIN }) => second.sign(proof, USE)

describe('the second person', () => {
  it('R10: signs for one act of another, once, and the journal has it', () => {
    const { ticket, person, name } = sign()
    expect([person, name]).toEqual(['he', '何晓燕'])
    expect(second.redeem(ticket, USE)).toBe('he')
    expect(code(() => second.redeem(ticket, USE))).toBe('E_SECOND')
    expect(told('person.second')).toEqual([{ person: 'he', with: 'wang', act: 'waste' }])
    expect(told('person.login')).toEqual([])
  })

  it.each([
    ['another act', { act: 'break-glass', actor: 'wang' }],
    ['another person', { act: 'waste', actor: 'qian' }],
  ] as const)('R19: is not the second for %s, which the journal has as refused', (_what, use) => {
    const { ticket } = sign()
    expect(code(() => second.redeem(ticket, use))).toBe('E_SECOND')
    expect(told('person.refused')).toEqual([{ person: use.actor, code: 'E_SECOND' }])
    // What was tried is used up.
    expect(code(() => second.redeem(ticket, USE))).toBe('E_SECOND')
  })

  it('R10: has two minutes', () => {
    const { ticket } = sign()
    held.clock.pass(TICKET_MS)
    expect(code(() => second.redeem(ticket, USE))).toBe('E_SECOND')
  })

  it('R19: is never the one who acts, nor one whose role or first PIN forbids it: refused and journaled', () => {
    expect(code(() => sign({ person: 'wang', pin: PIN }))).toBe('E_SECOND_SELF')
    expect(code(() => sign({ person: 'qian', pin: FIRST }))).toBe('E_PIN_CHANGE')
    expect(code(() => sign({ person: 'he', pin: '000001' }))).toBe('E_PIN_WRONG')
    expect(told('person.refused').map(one => [one.person, one.code])).toEqual([
      ['wang', 'E_SECOND_SELF'],
      ['qian', 'E_PIN_CHANGE'],
      ['he', 'E_PIN_WRONG'],
    ])
  })

  it('is locked by wrong PINs as at the login', () => {
    for (let at = 0; at < 5; at++) code(() => sign({ person: 'he', pin: '000001' }))
    expect(code(() => sign())).toBe('E_PERSON_LOCKED')
  })
})

describe('a badge', () => {
  const BADGE = '0007342191'
  it('asks for the PIN too, by the name of whose it is', () => {
    people.setBadge('he', BADGE, 'qian')
    expect(code(() => people.login({ badge: BADGE }))).toBe('E_PIN_NEEDED')
    expect(() => people.login({ badge: BADGE })).toThrow(
      expect.objectContaining({
        wording: expect.objectContaining({ zh: expect.stringContaining('何晓燕') }),
      }),
    )
    expect(people.login({ badge: BADGE, pin: PIN }).person.id).toBe('he')
    expect(told('person.badge')).toEqual([{ person: 'he', by: 'qian', set: true }])
  })

  it('is enough where the configuration says so, and opens no lock of wrong PINs', () => {
    people.setBadge('he', BADGE, 'qian')
    house(PEOPLE, true)
    expect(people.login({ badge: BADGE }).person.id).toBe('he')
    for (let at = 0; at < 5; at++) code(() => people.login({ person: 'he', pin: '000001' }))
    expect(code(() => people.login({ badge: BADGE }))).toBe('E_PERSON_LOCKED')
  })

  it('counts a wrong PIN behind it', () => {
    people.setBadge('he', BADGE, 'qian')
    for (let at = 0; at < 5; at++) code(() => people.login({ badge: BADGE, pin: '000001' }))
    expect(code(() => people.login({ person: 'he', pin: PIN }))).toBe('E_PERSON_LOCKED')
  })

  it('R19: that nobody has is refused, and the journal has no word of what was on it', () => {
    expect(code(() => people.login({ badge: '9999999999' }))).toBe('E_BADGE_UNKNOWN')
    expect(told('person.refused')).toEqual([{ person: '', code: 'E_BADGE_UNKNOWN' }])
  })

  it('is one person’s, can be taken away and given to another, and is nowhere readable', () => {
    people.setBadge('he', BADGE, 'qian')
    expect(code(() => people.setBadge('wang', BADGE, 'qian'))).toBe('E_BADGE_TAKEN')
    expect(people.badgeOwner(BADGE)).toBe('he')
    people.setBadge('he', null, 'qian')
    people.setBadge('wang', BADGE, 'qian')
    house()
    expect(people.badgeOwner(BADGE)).toBe('wang')
    expect(JSON.stringify(held.db.all('SELECT * FROM people'))).not.toContain(BADGE)
    expect(JSON.stringify(held.journal.read(0, 100))).not.toContain(BADGE)
  })

  it('of somebody who is here no more can be given again', () => {
    people.setBadge('he', BADGE, 'qian')
    house(PEOPLE.filter(({ id }) => id !== 'he'))
    people.setBadge('wang', BADGE, 'qian')
    expect(people.badgeOwner(BADGE)).toBe('wang')
  })
})

describe('the configuration of people', () => {
  it('gives role and competency at each start, journaled, and leaves PIN and badge', () => {
    house(
      PEOPLE.map(one =>
        one.id === 'he' ? { ...one, role: 'technician', competentUntil: '2027-03-31' } : one,
      ),
    )
    const he = people.login({ person: 'he', pin: PIN }).person
    expect([he.role, he.competentUntil, he.mustChangePin]).toEqual(['technician', '2027-03-31', false])
    const data = { person: 'he', role: 'technician', competentUntil: '2027-03-31' }
    expect(told('person.changed')).toEqual([data])
    house(PEOPLE)
    expect(people.login({ person: 'he', pin: PIN }).person.competentUntil).toBeNull()
  })

  it('lets nobody in who is named no more', () => {
    house(PEOPLE.filter(({ id }) => id !== 'he'))
    expect(code(() => people.login({ person: 'he', pin: PIN }))).toBe('E_PERSON_UNKNOWN')
    expect(people.list().map(({ id }) => id)).toEqual(['qian', 'wang'])
  })
})
