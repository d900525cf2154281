import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'

const folder = new URL('../../../flows/nodes/', import.meta.url)
const { matches } = createRequire(import.meta.url)('../../../flows/nodes/lib/link.js')
const textsOf = (language: string, type: string): Record<string, Record<string, Record<string, string>>> =>
  JSON.parse(readFileSync(new URL(`locales/${language}/${type}.json`, folder), 'utf8'))

const manifest = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'))
const types: readonly string[] = Object.keys(manifest['node-red'].nodes)

describe('topic filters of the nodes', () => {
  it.each([
    ['yaogui/local/+/alarm', 'yaogui/local/dahe/alarm', true],
    ['yaogui/local/+/temperature/f1', 'yaogui/local/dahe/temperature/f1', true],
    ['yaogui/local/+/temperature/f1', 'yaogui/local/dahe/temperature/f2', false],
    ['yaogui/local/+/alarm', 'yaogui/local/dahe/alarm/more', false],
    ['yaogui/local/+/temperature/+', 'yaogui/local/dahe/temperature', false],
    ['yaogui/local/#', 'yaogui/local/dahe/stock/amoxicillin', true],
  ])('%s and %s: %s', (filter, topic, expected) => {
    expect(matches(filter, topic)).toBe(expected)
  })
})

describe.each(types)('the node %s', type => {
  const chinese = textsOf('zh-CN', type)
  const english = textsOf('en-US', type)

  it('has the same texts in Chinese and English, and help in both', () => {
    const keys = (texts: typeof chinese) =>
      Object.entries(texts[type] ?? {}).flatMap(([group, entries]) =>
        Object.keys(entries).map(key => `${group}.${key}`),
      )
    expect(keys(chinese)).toEqual(keys(english))
    for (const language of ['zh-CN', 'en-US'])
      expect(readdirSync(new URL(`locales/${language}/`, folder))).toContain(`${type}.html`)
  })

  it('has every text its form asks for', () => {
    const page = readFileSync(new URL(`${type}.html`, folder), 'utf8')
    const asked = [...page.matchAll(/yaogui-[a-z-]+\.label\.([a-z-]+)/g)].map(([, key]) => key)
    expect(asked.filter(key => key !== undefined && !(key in (chinese[type]?.label ?? {})))).toEqual([])
  })

  it('shows states of fewer than twenty characters', () => {
    const states = [chinese, english].flatMap(texts => Object.values(texts[type]?.status ?? {}))
    expect(states.filter(text => text.length >= 20)).toEqual([])
  })
})
