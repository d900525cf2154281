import { describe, expect, it } from 'vitest'
import { loggable } from '#central/log.ts'

describe('an error in the log', () => {
  it('has its code and its place, and nothing of what a query carried', () => {
    const driver = Object.assign(new Error('duplicate key'), {
      ...{ code: '23505', query: 'insert into people', params: ['scrypt$hash'], detail: 'Key (id)=(wang)' },
    })
    const logged = loggable(driver)
    expect(logged).toMatchObject({ code: '23505', message: 'duplicate key' })
    expect(String(logged.stack)).toContain('log.test.ts')
    expect(JSON.stringify(logged)).not.toMatch(/scrypt|insert into|wang/)
  })

  it('may be anything that was thrown', () => {
    expect(loggable('away')).toEqual({ message: 'away' })
  })
})
