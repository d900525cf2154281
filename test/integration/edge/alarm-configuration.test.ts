import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '#edge/config.ts'
import { temporaryDir } from '#test/lib/edge-journal.ts'
import { notifierOfTest as open, THREE } from '#test/lib/edge-notifier.ts'

describe('a configuration', () => {
  it('that is missing is an alarm, not silence', async () => {
    const at = await open({ config: null })
    const agent = at.start()
    expect(agent.alarms.list()).toMatchObject([{ id: 'notify-unconfigured', level: 'alarm' }])
  })

  it('with people but no modem to reach them is the same', async () => {
    const at = await open({ modem: null })
    const agent = at.start()
    expect(agent.alarms.list()).toMatchObject([
      { id: 'notify-unconfigured', text: { zh: expect.stringContaining('未接短信模块') } },
    ])
  })

  it('with fewer than three people is a warning; with three nothing is to be said, and what was said is over', async () => {
    const at = await open({ config: { ...THREE, people: THREE.people.slice(0, 2) } })
    expect(at.start().alarms.list()).toMatchObject([{ id: 'notify-few', level: 'warning' }])
    const enough = await open()
    enough.db.run(
      `INSERT INTO alarms (id, kind, level, zh, en, raised_at) VALUES ('notify-few', 'notify-few', 'warning', '', '', '')`,
    )
    expect(enough.start().open()).toEqual([])
  })
})

describe('`notify` of agent.json', () => {
  const file = {
    version: 1,
    county: 'yunxi',
    site: 'heping',
    name: '和平',
    centre: { url: 'mqtt://c', secret: '12345678', issuer: 'i', keys: [{}] },
  }
  const load = (notify: object) => {
    const dir = temporaryDir()
    try {
      writeFileSync(join(dir.path, 'agent.json'), JSON.stringify({ ...file, notify }))
      return loadConfig(dir.path).notify
    } finally {
      dir.remove()
    }
  }

  it('needs names and numbers, and fills in the rest', () => {
    expect(load({ people: [{ name: '王秀兰', phone: '+8613800138001' }] })).toEqual({
      people: [{ name: '王秀兰', phone: '+8613800138001', steps: [1] }],
      escalationMinutes: 10,
      reminderMinutes: 30,
      spacingMinutes: 10,
    })
  })

  it.each([
    ['a number without its country', { people: [{ name: '王秀兰', phone: '13800138001' }] }],
    ['a webhook that is no address', { webhook: { url: 'example.cn' } }],
    ['quiet hours that are no times', { quietHours: { from: '25:00', to: '06:00' } }],
    ['a word that it does not know', { poeple: [] }],
  ])('refuses %s', (_what, notify) => {
    expect(() => load(notify)).toThrow(expect.objectContaining({ code: 'E_CONFIG' }))
  })
})
