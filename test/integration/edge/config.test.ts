import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConfig } from '#edge/config.ts'
import { temporaryDir } from '#test/lib/edge-journal.ts'

let dir: ReturnType<typeof temporaryDir>
beforeEach(() => {
  dir = temporaryDir()
})
afterEach(() => dir.remove())

const good = {
  version: 1,
  county: 'yunxi',
  site: 'heping',
  name: '和平镇卫生院药房',
  centre: {
    url: 'mqtt://centre:1883',
    secret: 'a-long-secret',
    issuer: 'yunxi-centre',
    keys: [{ kid: 'k' }],
  },
}
const load = (value: unknown) => {
  writeFileSync(join(dir.path, 'agent.json'), typeof value === 'string' ? value : JSON.stringify(value))
  return loadConfig(dir.path)
}

describe('the agent’s configuration', () => {
  it('fills in what may be left out', () => {
    expect(load(good)).toMatchObject({
      http: { host: '127.0.0.1', port: 0 },
      mqtt: { host: '127.0.0.1', port: 0 },
      flows: true,
      sampleSeconds: 30,
      people: [],
    })
  })

  it('names every problem at once, each with its path', () => {
    const bad = {
      ...good,
      site: 'He Ping',
      sampleSeconds: 61,
      handUrl: 'not an address',
      http: { port: 70_000 },
      people: [{ id: 'wang', name: '王', role: 'boss', initialPin: '12345' }],
      colour: 'red',
    }
    try {
      load(bad)
      expect.unreachable()
    } catch (error) {
      const { code, message, wording } = error as Error & { code: string; wording: { zh: string } }
      expect(code).toBe('E_CONFIG')
      for (const path of [
        '/site',
        '/sampleSeconds',
        '/handUrl',
        '/http/port',
        '/people/0/role',
        '/people/0/initialPin',
      ])
        expect(message).toContain(path)
      expect(message).toContain('colour')
      expect(wording.zh).toContain('/sampleSeconds')
    }
  })

  it('lets a badge alone prove nobody where Node-RED runs beside', () => {
    expect(() => load({ ...good, badgeAlone: true })).toThrow(expect.objectContaining({ code: 'E_CONFIG' }))
    expect(load({ ...good, badgeAlone: true, flows: false })).toMatchObject({ badgeAlone: true })
  })

  it.each(['', '{', 'null', '[]', '7'])('refuses %j as unreadable, not as absent', text => {
    expect(() => load(text)).toThrow(expect.objectContaining({ code: 'E_CONFIG' }))
  })

  it('says what to do where there is none', () => {
    expect(() => loadConfig(dir.path)).toThrow(
      expect.objectContaining({ code: 'E_CONFIG_ABSENT', wayOut: expect.anything() }),
    )
  })
})
