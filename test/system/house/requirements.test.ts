import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { repository } from '#test/lib/house-tree.ts'

const NUMBERS = Array.from({ length: 21 }, (_, index) => `R${index + 1}`)
const KINDS = ['unit', 'integration', 'system'] as const

/** Does a title in this file begin with the number? */
const proves = (file: string, number: string): boolean =>
  new RegExp(`['"\`]${number}: \\S`).test(readFileSync(join(repository, 'test', file), 'utf8'))

const files = KINDS.flatMap(kind =>
  readdirSync(join(repository, 'test', kind), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.test.ts'))
    .map(name => `${kind}/${name}`),
)

/** The files that the table names, by number. */
const named = new Map(
  readFileSync(join(repository, 'docs/requirements.md'), 'utf8')
    .split('\n')
    .flatMap(line => {
      const [, number = '', , , proof = ''] = line.split('|').map(cell => cell.trim())
      const found = [...proof.matchAll(/`([^`]+\.test\.ts)`/g)].map(([, file = '']) => file)
      return /^R\d+$/.test(number) ? [[number, found] as const] : []
    }),
)

describe('the table of requirements', () => {
  it('names R1 to R21, each once and in order', () => {
    expect([...named.keys()]).toEqual(NUMBERS)
  })

  it.each(NUMBERS)('%s has tests whose titles begin with it, and the table names where', number => {
    expect(files.filter(file => proves(file, number)).length).toBeGreaterThan(0)
    const told = named.get(number) ?? []
    expect(told.length).toBeGreaterThan(0)
    for (const file of told) {
      expect(existsSync(join(repository, 'test', file)), file).toBe(true)
      expect(proves(file, number), `${file} proves ${number}`).toBe(true)
    }
  })
})
