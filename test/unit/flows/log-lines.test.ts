import { beforeEach, describe, expect, it } from 'vitest'
import { createLineLog, type FlowsLog } from '#flows/runtime/log-lines.ts'

describe('the log of the guest', () => {
  let entries: [string, string][]
  let time: number
  let feed: (chunk: string) => void

  beforeEach(() => {
    entries = []
    time = 0
    const put = (level: string) => (_fields: object, message: string) => void entries.push([level, message])
    const log: FlowsLog = { info: put('info'), warn: put('warn'), error: put('error') }
    feed = createLineLog({ log, now: () => time })
  })

  it('joins lines cut anywhere and takes their level', () => {
    for (const part of 'warn\t冰箱\n\nplain\nerror\tx\n'.split('')) feed(part)
    expect(entries).toEqual([
      ['warn', '冰箱'],
      ['info', 'plain'],
      ['error', 'x'],
    ])
  })

  it('drops what comes beyond twenty lines a second and says how many', () => {
    feed('a\n'.repeat(1_000))
    expect(entries).toHaveLength(20)
    time = 1_000
    feed('b\n')
    expect(entries.slice(20)).toEqual([
      ['warn', 'Node-RED 输出过多，已丢弃 / output dropped'],
      ['info', 'b'],
    ])
  })

  it('keeps a bounded piece of a line that never ends', () => {
    for (let i = 0; i < 100; i += 1) feed('x'.repeat(10_000))
    feed('\n')
    expect(entries[0]?.[1]).toHaveLength(1_000)
  })
})
