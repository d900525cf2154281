import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createTalker } from '#cli/commission/talker.ts'

const question = { code: 'clear', zh: '开锁？', en: 'unlock?' }

const setUp = (live: boolean) => {
  const input = new PassThrough()
  const printed: string[] = []
  const talker = createTalker({ lang: 'en', input, print: line => printed.push(line), live })
  return { input, printed, talker }
}

describe('a talk with a technician', () => {
  it('takes no answer that was typed before its question', async () => {
    const { input, printed, talker } = setUp(true)
    const first = talker.ask(question)
    input.write('y\ny\ny\n')
    expect(await first).toBe('y')
    const second = talker.ask(question)
    input.write('n\n')
    expect(await second).toBe('n')
    expect(printed.filter(line => line.includes('typed before'))).toHaveLength(2)
    talker.close()
  })

  it('takes each line of a script for one answer, and says when there are no more', async () => {
    const { input, talker } = setUp(false)
    input.end('y\nn\n')
    expect([await talker.ask(question), await talker.ask(question)]).toEqual(['y', 'n'])
    await expect(talker.ask(question)).rejects.toMatchObject({ code: 'E_COMMISSION_INPUT' })
  })
})
