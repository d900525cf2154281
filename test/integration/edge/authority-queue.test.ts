import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HOUR } from '#domain/time.ts'
import { createAuthorisations } from '#edge/authorisation/authorisations.ts'
import { createOverrides } from '#edge/authority/overrides.ts'
import { createLists } from '#edge/lists/lists.ts'
import { overrideList, paper } from '#test/lib/edge-authority.ts'
import { openJournal, temporaryDir } from '#test/lib/edge-journal.ts'

const WANG = {
  ...{ id: 'wang', name: '王秀兰', role: 'pharmacist' as const },
  ...{ mustChangePin: false, competentUntil: null, lockedUntil: null },
}

let dir: ReturnType<typeof temporaryDir>
let held: ReturnType<typeof openJournal>
let overrides: ReturnType<typeof createOverrides>
beforeEach(() => {
  dir = temporaryDir()
  held = openJournal(dir.path)
  const lists = createLists(held)
  lists.put({ ...overrideList(), name: 'override', effective: '2026-01-01', reviewBy: '2026-12-31' })
  const authorisations = createAuthorisations({ ...held, issuer: 'yunxi-centre', site: 'heping' })
  overrides = createOverrides({ ...held, lists, authorisations, onChange: () => {} })
})
afterEach(() => {
  held.close()
  dir.remove()
})

describe('the queue of overrides', () => {
  it('R3: warns of one that nobody matched for a day, and no more once it is', () => {
    const { opening } = overrides.prepare(paper(), WANG, () => 'he')
    held.journal.append(opening.events('s1'), () => opening.project('s1'))
    held.clock.pass(24 * HOUR)
    expect(overrides.overdue()).toBeUndefined()
    held.clock.pass(1)
    expect(overrides.overdue()).toMatchObject({ id: 'override-open', level: 'warning' })
    overrides.match(overrides.list()[0]?.id ?? '', 'qian', '已核对')
    expect(overrides.overdue()).toBeUndefined()
  })

  it('R3: is not entered by what was only judged: a start that is refused leaves nothing', () => {
    overrides.prepare(paper(), WANG, () => 'he')
    expect(overrides.list()).toEqual([])
  })
})
