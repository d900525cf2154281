import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ALARM_KINDS, pleaseOf } from '#domain/alarms/kinds.ts'
import { messageText, repeated } from '#domain/alarms/text.ts'

const LEVEL = { alarm: '报警 alarm', warning: '提醒 warning' } as const

const rows = Object.entries(ALARM_KINDS).map(
  ([kind, { level, says, please }]) =>
    `| \`${kind}\` | ${LEVEL[level]} | ${says.zh} · ${says.en} | ${please.zh} · ${please.en} |`,
)

describe('the kinds of alarms', () => {
  it('stand in the documentation as they stand in the one table', () => {
    const doc = readFileSync(new URL('../../../docs/alarms.md', import.meta.url), 'utf8')
    const shown = doc.split('\n').filter(line => /^\| `[a-z-]+` \| (报警|提醒) /.test(line))
    expect(shown).toEqual(rows)
  })

  it('ask something of people, an unknown one to look at the kiosk', () => {
    for (const kind of Object.keys(ALARM_KINDS)) expect(pleaseOf(kind).zh).toMatch(/^请/)
    expect(pleaseOf('toString').zh).toBe('请到终端查看')
  })
})

const RAISED = Date.parse('2026-11-22T01:31:00Z')
const message = {
  what: 'raised',
  site: '和平镇卫生院药房',
  kind: 'excursion',
  words: '1号冰箱高于 8 °C已达 60 分钟',
  value: '现 9.2 °C',
  raisedAt: RAISED,
  clearedAt: null,
} as const

describe('the words of a message', () => {
  it.each([
    ['raised', '1号冰箱高于 8 °C已达 60 分钟，现 9.2 °C（11-22 09:31起）。请立即查看冰箱。'],
    ['escalated', '仍未处理！1号冰箱高于 8 °C已达 60 分钟，现 9.2 °C（11-22 09:31起）。请立即查看冰箱。'],
    ['reminder', '再次提醒：1号冰箱高于 8 °C已达 60 分钟，现 9.2 °C（11-22 09:31起）。请立即查看冰箱。'],
  ] as const)('say at %s the site, what, the value, since when, and what to do', (what, text) => {
    expect(messageText({ ...message, what })).toBe(`【药柜】和平镇卫生院药房：${text}`)
  })

  it('say of a recovery from when to when', () => {
    const clearedAt = RAISED + 34 * 60_000
    expect(messageText({ ...message, what: 'recovered', clearedAt })).toBe(
      '【药柜】和平镇卫生院药房：已恢复：1号冰箱高于 8 °C已达 60 分钟（11-22 09:31至11-22 10:05）。',
    )
  })

  it('say of a test that nothing is to be done', () => {
    expect(messageText({ ...message, what: 'test' })).toContain('无需处理')
  })

  it('do not say a time while the clock is wrong', () => {
    for (const what of ['raised', 'recovered'] as const)
      expect(messageText({ ...message, what, raisedAt: null })).toContain('（时间不准，终端时钟未校准）')
  })

  it('say that a repeated one may have come before', () => {
    expect(repeated('正文')).toBe('（重发，可能重复）正文')
  })

  it('of an ordinary alarm fit into one text message of 70 characters', () => {
    expect(messageText(message).length).toBeLessThanOrEqual(70)
  })
})
