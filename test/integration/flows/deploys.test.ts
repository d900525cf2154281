import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDeploys } from '#flows/runtime/deploy.ts'
import { openFlowStore } from '#flows/runtime/storage.ts'

const log = { info: () => {}, warn: () => {}, error: () => {} }
const good = [{ id: 'a', type: 'comment' }]
const bad = [{ id: 'a', type: 'exec' }]

describe('deploys', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yaogui-deploys-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  const open = () => {
    const journal: string[] = []
    let ms = 0
    const deploys = createDeploys({
      store: openFlowStore({ folder, log }),
      loadFlows: async () => [],
      onSave: async ({ version }) => void journal.push(`saved ${version}`),
      onRefused: async ({ code }) => void journal.push(code),
      wallClock: () => new Date('2026-11-22T01:30:00.000Z'),
      now: () => ms,
    })
    const pass = (minutes: number) => {
      ms += minutes * 60_000
    }
    return { deploys, journal, pass }
  }

  it('side by side get a version each', async () => {
    const { deploys, journal } = open()
    await Promise.all([deploys.save(good, 'wang'), deploys.save(good, 'li')])
    expect(journal).toEqual(['saved 1', 'saved 2'])
    expect((await readdir(folder)).sort()).toEqual(['000001.json', '000002.json'])
  })

  it('of a flood are cut off before they reach the journal or the card, and possible again later', async () => {
    const { deploys, journal, pass } = open()
    const flood = await Promise.allSettled(
      Array.from({ length: 40 }, (_, n) => deploys.save(n % 2 ? good : bad, 'root')),
    )
    const codes = flood.map(one =>
      one.status === 'rejected' ? (one.reason as { code: string }).code : 'saved',
    )
    expect(codes.slice(30)).toEqual(Array.from({ length: 10 }, () => 'E_FLOWS_BUSY'))
    expect(codes.slice(0, 30)).not.toContain('E_FLOWS_BUSY')
    expect(journal).toHaveLength(30)
    pass(9)
    await expect(deploys.save(good, 'wang')).rejects.toMatchObject({
      code: 'E_FLOWS_BUSY',
      kind: 'transient',
    })
    pass(1)
    await deploys.save(good, 'wang')
    expect(journal).toHaveLength(31)
  })
})
