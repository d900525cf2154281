import { describe, expect, it } from 'vitest'
import { createDesk } from '#edge/dispensing/desk.ts'

type Position = 'open' | 'closed' | 'unknown'

/** D01 and D02 as their locks say, with D02 taken out of service by a person. */
const deskWith = (D01: Position, D02: Position) => {
  const positions: Readonly<Record<string, Position>> = { D01, D02 }
  return createDesk({
    hardware: { drawers: new Map(Object.keys(positions).map(id => [id, {} as never])) },
    senses: { position: async drawer => positions[drawer] ?? 'unknown' },
    assertInService: () => {},
    retired: drawer => drawer === 'D02',
  })
}

describe('the desk', () => {
  it('R18: is not held by a dead lock whose drawer a person took out of service', async () => {
    await expect(deskWith('closed', 'unknown').assertClosed('D01')).resolves.toBeUndefined()
    await expect(deskWith('unknown', 'closed').assertClosed()).rejects.toMatchObject({
      code: 'E_DRAWER_UNKNOWN',
    })
  })

  it('R18: lets a person close by figures what went on in a drawer that reads open for ever, once it is out of service', async () => {
    const D02 = (own: 'open' | 'closed' | 'unknown') => deskWith('closed', own).assertAtRest('D02')
    await expect(D02('open')).resolves.toEqual({ seenClosed: false })
    await expect(D02('closed')).resolves.toEqual({ seenClosed: true })
    const open = { code: 'E_DRAWER_OPEN' }
    await expect(deskWith('open', 'closed').assertAtRest('D01')).rejects.toMatchObject(open)
    await expect(deskWith('closed', 'open').assertAtRest('D01')).resolves.toEqual({ seenClosed: true })
    await expect(deskWith('open', 'open').assertAtRest('D02')).rejects.toMatchObject(open)
    await expect(deskWith('unknown', 'open').assertAtRest('D02')).rejects.toMatchObject({
      code: 'E_DRAWER_UNKNOWN',
    })
  })

  it('R6: unlocks none while one is seen open, nor one that cannot be read itself', async () => {
    await expect(deskWith('closed', 'open').assertClosed('D01')).rejects.toMatchObject({
      code: 'E_DRAWER_OPEN',
    })
    await expect(deskWith('closed', 'unknown').assertClosed('D02')).rejects.toMatchObject({
      code: 'E_DRAWER_UNKNOWN',
    })
  })
})
