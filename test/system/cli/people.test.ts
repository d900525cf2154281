import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockFolder } from '#edge/folder-lock.ts'
import { verifyJournal } from '#edge/journal/verify.ts'
import { createPeople } from '#edge/people/people.ts'
import { yaogui } from '#test/lib/edge-cli.ts'
import { openJournal, temporaryDir } from '#test/lib/edge-journal.ts'

const FIRST = '482913'
const CHOSEN = '739154'

let dir: ReturnType<typeof temporaryDir>
const open = () => {
  const held = openJournal(dir.path)
  const initial = [{ id: 'wang', name: '王秀兰', role: 'pharmacist', initialPin: FIRST }] as const
  return { ...held, people: createPeople({ ...held, initial }) }
}
beforeEach(() => {
  dir = temporaryDir()
  const { people, close } = open()
  people.changePin('wang', FIRST, CHOSEN)
  close()
})
afterEach(() => dir.remove())

const reset = (person: string, ...more: readonly string[]) =>
  yaogui(['people', 'reset-pin', '--data', dir.path, person, ...more])

describe('yaogui people list', () => {
  it('names everybody and their state, the agent running or not, and no PIN', async () => {
    const unlock = lockFolder(dir.path)
    const { code, out } = await yaogui(['people', 'list', '--data', dir.path])
    unlock()
    expect([code, out]).toEqual([0, 'wang\t王秀兰\t药师 pharmacist\n'])
    const json = await yaogui(['people', 'list', '--data', dir.path, '--json'])
    expect(JSON.parse(json.out)).toEqual([
      {
        ...{ id: 'wang', name: '王秀兰', role: 'pharmacist' },
        ...{ mustChangePin: false, competentUntil: null, lockedUntil: null },
      },
    ])
  })
})

describe('yaogui people reset-pin', () => {
  it('prints a new first PIN once, which must be changed, lifts a lock, and is journaled without the PIN', async () => {
    const before = open()
    for (let at = 0; at < 5; at++)
      expect(() => before.people.login({ person: 'wang', pin: '000001' })).toThrow()
    before.close()
    const { code, out } = await reset('wang', '--by', '赵强')
    expect(code).toBe(0)
    const [pin = ''] = /\b\d{6}\b/.exec(out) ?? []
    const { people, journal, close } = open()
    expect(() => people.login({ person: 'wang', pin: CHOSEN })).toThrow(
      expect.objectContaining({ code: 'E_PIN_WRONG' }),
    )
    expect(people.login({ person: 'wang', pin }).person.mustChangePin).toBe(true)
    const [record] = journal.read(0, 100).filter(({ kind }) => kind === 'person.pin-reset')
    expect(JSON.parse(record?.data ?? '')).toEqual({ person: 'wang', by: '赵强' })
    expect(JSON.stringify(journal.read(0, 100))).not.toContain(pin)
    close()
    expect(verifyJournal(dir.path).ok).toBe(true)
  })

  it('refuses while the agent runs, and changes nothing', async () => {
    const unlock = lockFolder(dir.path)
    const { code, out, err } = await reset('wang')
    unlock()
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/^E_AGENT_RUNNING .*\n.*\n {2}→ /)
    const { people, close } = open()
    expect(people.login({ person: 'wang', pin: CHOSEN }).person.mustChangePin).toBe(false)
    close()
  })

  it.each([
    ['a person who is not there', () => dir.path, 'nobody', 'E_PERSON_ABSENT'],
    ['a folder that is no agent’s', () => '/nowhere', 'wang', 'E_JOURNAL_ABSENT'],
  ])('says what to do for %s', async (_what, data, person, expected) => {
    const { code, out, err } = await yaogui(['people', 'reset-pin', '--data', data(), person])
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(new RegExp(`^${expected} .*\\n.*\\n {2}→ `))
  })
})
