import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ACTIONS, type Action, MAY, may, ROLES } from '#domain/people/actions.ts'

const DOC = new URL('../../../docs/people.md', import.meta.url)
const ENDED = { competentUntil: '2026-11-21' }
const TODAY = '2026-11-22'

const endsWithCompetency = (action: Action): boolean =>
  ROLES.some(role => MAY[role].includes(action) && !may({ role, ...ENDED }, action, TODAY))

/** The table as the document has to show it. */
const table = (): string => {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const lines = ACTIONS.map(action =>
    row([
      `\`${action}\`${endsWithCompetency(action) ? ' *' : ''}`,
      ...ROLES.map(role => (MAY[role].includes(action) ? '✓' : '')),
    ]),
  )
  const names = [
    '操作 act',
    '药师 pharmacist',
    '药房负责人 lead',
    '药房工作人员 assistant',
    '技术员 technician',
  ]
  return [row(names), row(names.map(() => '---')), ...lines].join('\n')
}
const plain = (text: string): string => text.replaceAll(/ +\|/g, ' |').replaceAll(/-{3,}/g, '---')

describe('what each role may do', () => {
  it('is printed in docs/people.md as the code has it', () => {
    expect(plain(readFileSync(DOC, 'utf8'))).toContain(plain(table()))
  })

  it('names nobody who may act alone where two are needed: a witness who is no pharmacist exists', () => {
    expect(MAY.assistant).toContain('witness')
    expect(MAY.assistant).not.toContain('withdraw')
  })

  it('R3: lets pharmacists override and nobody else, as long as their competency lasts', () => {
    const who = ROLES.filter(role => may({ role, competentUntil: TODAY }, 'override', TODAY))
    expect(who).toEqual(['pharmacist', 'lead'])
    expect(ROLES.filter(role => may({ role, ...ENDED }, 'override', TODAY))).toEqual([])
  })

  it('leaves a lead all that a pharmacist may', () => {
    expect(MAY.pharmacist.filter(action => !MAY.lead.includes(action))).toEqual([])
  })
})
