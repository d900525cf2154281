import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CaseAct, type CaseLife, type CaseStatus, refusalOf, stepAfter } from '#edge/cases/machine.ts'

const ACTS = ['explain', 'witness', 'close', 'unresolvable'] as const
const STATUSES = ['open', 'explained', 'witnessed', 'closed', 'unresolvable'] as const

const life = (status: CaseStatus, ...steps: CaseLife['steps']): CaseLife => ({
  status,
  actor: 'wang',
  steps,
})
const explained = { step: 'explained', actor: 'li' } as const

/** What may follow what; all else changes nothing. */
const MAY: Readonly<Record<CaseStatus, readonly CaseAct[]>> = {
  open: ['explain', 'unresolvable'],
  explained: ['witness', 'unresolvable'],
  witnessed: ['close'],
  closed: [],
  unresolvable: [],
}

describe('the life of a case', () => {
  it.each(STATUSES.flatMap(status => ACTS.map(act => [status, act] as const)))(
    'R9: %s, then %s: only the next step of its life is taken',
    (status, act) => {
      const code = refusalOf(life(status, explained), act, 'he')
      expect(code).toBe(MAY[status].includes(act) ? undefined : 'E_CASE_STATUS')
    },
  )

  it.each([
    ['witness', 'wang', 'who caused it'],
    ['witness', 'li', 'who explained it'],
    ['close', 'li', 'who explained it'],
  ] as const)('R9: a step “%s” is refused to %s, %s', (act, by, _who) => {
    const status = act === 'witness' ? 'explained' : 'witnessed'
    expect(refusalOf(life(status, explained), act, by)).toBe('E_CASE_SAME_PERSON')
  })

  it('R9: no row of attempts closes a case with fewer than two people, or changes one that has ended', () => {
    const person = fc.constantFrom('wang', 'li', 'he')
    const attempts = fc.array(fc.tuple(fc.constantFrom(...ACTS), person), { maxLength: 30 })
    fc.assert(
      fc.property(attempts, tries => {
        let now = life('open')
        for (const [act, by] of tries) {
          const ended = now.status === 'closed' || now.status === 'unresolvable'
          if (refusalOf(now, act, by)) continue
          expect(ended).toBe(false)
          const step = stepAfter(act)
          now = { ...now, status: step, steps: [...now.steps, { step, actor: by }] }
        }
        const who = (step: string) => now.steps.find(one => one.step === step)?.actor
        if (now.status !== 'closed') return
        expect(now.steps.map(({ step }) => step)).toEqual(['explained', 'witnessed', 'closed'])
        expect([now.actor, who('explained')]).not.toContain(who('witnessed'))
        expect(who('closed')).not.toBe(who('explained'))
      }),
    )
  })
})
