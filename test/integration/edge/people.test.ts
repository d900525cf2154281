import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MINUTE } from '#domain/time.ts'
import { IDLE_MINUTES } from '#edge/people/logins.ts'
import { createPeople } from '#edge/people/people.ts'
import { openJournal, temporaryDir } from '#test/lib/edge-journal.ts'

const FIRST = '482913'
const NEXT = '739154'

let dir: ReturnType<typeof temporaryDir>
let held: ReturnType<typeof openJournal>
const house = () =>
  createPeople({
    ...held,
    initial: [
      { id: 'wang', name: '王秀兰', role: 'pharmacist', initialPin: FIRST },
      { id: 'li', name: '李建国', role: 'pharmacist', initialPin: FIRST },
    ],
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

const told = (kind: string) =>
  held.journal
    .read(0, 100)
    .filter(record => record.kind === kind)
    .map(({ data }) => JSON.parse(data))
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
    codeOf(() => people.login({ person: 'nobody', pin: FIRST }))
    codeOf(() => people.login({ person: 'wang', pin: '000001' }))
    people.login({ person: 'wang', pin: FIRST })
    expect(kinds()).toEqual([
      ['person.refused', 'E_PERSON_UNKNOWN'],
      ['person.refused', 'E_PIN_WRONG'],
      ['person.login', ''],
    ])
  })

  it('are locked out for five minutes by five wrong PINs, the right one then too, also over a restart', () => {
    for (let at = 0; at < 5; at++)
      expect(codeOf(() => people.login({ person: 'wang', pin: '000001' }))).toBe('E_PIN_WRONG')
    expect(codeOf(() => people.login({ person: 'wang', pin: FIRST }))).toBe('E_PERSON_LOCKED')
    people = house()
    held.clock.pass(5 * MINUTE - 1)
    expect(codeOf(() => people.login({ person: 'wang', pin: FIRST }))).toBe('E_PERSON_LOCKED')
    held.clock.pass(2)
    expect(people.login({ person: 'wang', pin: FIRST }).person.id).toBe('wang')
    expect(codeOf(() => people.login({ person: 'wang', pin: '000001' }))).toBe('E_PIN_WRONG')
  })

  it('are locked out by wrong PINs at the change of PIN as well', () => {
    const { token } = people.login({ person: 'wang', pin: FIRST })
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
    expect(people.login({ person: 'wang', pin: FIRST }).person.mustChangePin).toBe(true)
    people.changePin('wang', FIRST, NEXT)
    people = house()
    expect(people.login({ person: 'wang', pin: NEXT }).person.mustChangePin).toBe(false)
    expect(codeOf(() => people.login({ person: 'wang', pin: FIRST }))).toBe('E_PIN_WRONG')
  })

  it('are logged off when they leave the kiosk alone, and not while they use it', () => {
    const { token } = people.login({ person: 'wang', pin: FIRST })
    held.clock.pass((IDLE_MINUTES - 1) * MINUTE)
    expect(people.who(token).id).toBe('wang')
    held.clock.pass((IDLE_MINUTES - 1) * MINUTE)
    expect(people.who(token, { touch: false }).id).toBe('wang')
    held.clock.pass(2 * MINUTE)
    expect(codeOf(() => people.who(token))).toBe('E_LOGIN')
  })

  it('are logged off at once when they say so', () => {
    const { token } = people.login({ person: 'wang', pin: FIRST })
    people.logout(token)
    expect(codeOf(() => people.who(token))).toBe('E_LOGIN')
    expect(codeOf(() => people.who(undefined))).toBe('E_LOGIN')
  })

  it('have one login each: a newer one ends the older and nobody else’s', () => {
    const li = people.login({ person: 'li', pin: FIRST }).token
    const older = people.login({ person: 'wang', pin: FIRST }).token
    const heard: string[] = []
    people.onLoginEnd(older, () => heard.push('older'))
    people.onLoginEnd(li, () => heard.push('li'))
    const newer = people.login({ person: 'wang', pin: FIRST }).token
    expect(heard).toEqual(['older'])
    expect(codeOf(() => people.who(older))).toBe('E_LOGIN')
    expect([people.who(newer).id, people.who(li).id]).toEqual(['wang', 'li'])
  })

  it('are unlocked by another person, journaled, and by nobody else', () => {
    expect(codeOf(() => people.unlock('nobody', 'li'))).toBe('E_PERSON_ABSENT')
    for (let at = 0; at < 5; at++) codeOf(() => people.login({ person: 'wang', pin: '000001' }))
    expect(people.list().map(({ id, lockedUntil }) => [id, lockedUntil])).toEqual([
      ['li', null],
      ['wang', new Date(held.clock.now().getTime() + 5 * MINUTE).toISOString()],
    ])
    expect(codeOf(() => people.unlock('wang', 'wang'))).toBe('E_PERSON_SELF')
    expect(people.unlock('wang', 'li').lockedUntil).toBeNull()
    people = house()
    expect(people.login({ person: 'wang', pin: FIRST }).person.id).toBe('wang')
    people.unlock('wang', 'li')
    expect(told('person.unlocked')).toEqual([{ person: 'wang', by: 'li' }])
  })

  it('keep their count of wrong PINs when somebody unlocks them who are not locked', () => {
    for (let at = 0; at < 4; at++) codeOf(() => people.login({ person: 'wang', pin: '000001' }))
    people.unlock('wang', 'li')
    codeOf(() => people.login({ person: 'wang', pin: '000001' }))
    expect(codeOf(() => people.login({ person: 'wang', pin: FIRST }))).toBe('E_PERSON_LOCKED')
  })

  it('leave no PIN readable in the file', () => {
    people.changePin('wang', FIRST, NEXT)
    const { pin } = held.db.get<{ pin: string }>('SELECT pin FROM people WHERE id = ?', 'wang') ?? { pin: '' }
    expect(pin).toMatch(/^[0-9a-f]{32}:[0-9a-f]{64}$/)
  })
})

describe('people at the cabinet while the disk refuses', () => {
  const refuse = () => held.db.run('PRAGMA query_only = ON')
  const mend = () => held.db.run('PRAGMA query_only = OFF')

  it('log in all the same, and the journal has it with its own time when the disk writes again (R19)', () => {
    refuse()
    const { token } = people.login({ person: 'wang', pin: FIRST })
    expect(people.who(token).id).toBe('wang')
    expect(kinds()).toEqual([])
    mend()
    held.clock.pass(MINUTE)
    expect(held.journal.read(0, 10).map(({ kind, at }) => [kind, at.slice(14, 16)])).toEqual([
      ['person.login', '00'],
    ])
  })

  it('have five guesses and no more, also when they are written down later and over a restart', () => {
    refuse()
    for (let at = 0; at < 5; at++)
      expect(codeOf(() => people.login({ person: 'wang', pin: '000001' }))).toBe('E_PIN_WRONG')
    expect(codeOf(() => people.login({ person: 'wang', pin: FIRST }))).toBe('E_PERSON_LOCKED')
    mend()
    held.journal.flush()
    people = house()
    expect(codeOf(() => people.login({ person: 'wang', pin: FIRST }))).toBe('E_PERSON_LOCKED')
    expect(kinds().filter(([kind]) => kind === 'person.refused')).toHaveLength(7)
  })

  it('begin to count anew after a right PIN, in memory and on the disk', () => {
    refuse()
    for (let at = 0; at < 4; at++) codeOf(() => people.login({ person: 'wang', pin: '000001' }))
    people.login({ person: 'wang', pin: FIRST })
    for (let at = 0; at < 4; at++) codeOf(() => people.login({ person: 'wang', pin: '000001' }))
    mend()
    held.journal.flush()
    people = house()
    expect(people.login({ person: 'wang', pin: FIRST }).person.id).toBe('wang')
  })

  it('change no PIN and lift no lock: the old state stands, in memory too', () => {
    for (let at = 0; at < 5; at++) codeOf(() => people.login({ person: 'li', pin: '000001' }))
    refuse()
    expect(codeOf(() => people.changePin('wang', FIRST, NEXT))).toBe('E_DISK_READONLY')
    expect(codeOf(() => people.unlock('li', 'wang'))).toBe('E_DISK_READONLY')
    expect(people.login({ person: 'wang', pin: FIRST }).person.mustChangePin).toBe(true)
    expect(codeOf(() => people.login({ person: 'li', pin: FIRST }))).toBe('E_PERSON_LOCKED')
  })

  it('are there although the disk refused to add them, and are added at the next start', () => {
    held.db.run('DELETE FROM people')
    refuse()
    people = house()
    people.login({ person: 'wang', pin: FIRST })
    mend()
    people.changePin('wang', FIRST, NEXT)
    people = house()
    expect(people.login({ person: 'wang', pin: NEXT }).person.mustChangePin).toBe(false)
  })
})
