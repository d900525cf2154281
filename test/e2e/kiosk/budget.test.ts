import { readdir, readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'

const DIST = fileURLToPath(new URL('../../../web/dist/kiosk/', import.meta.url))
/**
 * What index.html loads before anybody can log in. A Pi with a slow card shows the page at once, after each of its restarts.
 * Fetched after that, from the same agent: the pages of the work around withdrawals (after the login), the QR code (for
 * printing), the chart (when one is looked at).
 */
const SCRIPT_BUDGET = 80_000
const LATER_BUDGET = 60_000

const filesOf = async (): Promise<readonly string[]> =>
  (await readdir(DIST, { recursive: true, withFileTypes: true }))
    .filter(entry => entry.isFile())
    .map(entry => `${entry.parentPath}/${entry.name}`)

/** Names of the scripts that this file makes the browser load by itself, and those that they do. */
const loadedAtOnce = async (name: string): Promise<ReadonlySet<string>> => {
  const path = name.endsWith('.html') ? `${DIST}${name}` : `${DIST}assets/${name}`
  const text = await readFile(path, 'utf8')
  const asked = name.endsWith('.html') ? /src="[^"]*?([^"/]+\.js)"/g : /(?:from|import)\s*"\.\/([^"]+\.js)"/g
  const names = [...text.matchAll(asked)].map(([, script = '']) => script)
  const behind = await Promise.all(names.map(loadedAtOnce))
  return new Set([...names, ...behind.flatMap(one => [...one])])
}

describe('the built kiosk page', () => {
  it('needs at most 80 kB of gzipped script to start, and not as much again for all that comes later', async () => {
    const start = await loadedAtOnce('index.html')
    const scripts = (await filesOf()).filter(file => file.endsWith('.js'))
    const sized = await Promise.all(
      scripts.map(async file => ({
        first: start.has(basename(file)),
        bytes: gzipSync(await readFile(file)).length,
      })),
    )
    const sum = (first: boolean): number =>
      sized.reduce((total, one) => total + (one.first === first ? one.bytes : 0), 0)
    expect(sum(true)).toBeGreaterThan(0)
    expect(sum(true)).toBeLessThanOrEqual(SCRIPT_BUDGET)
    expect(sum(false)).toBeLessThanOrEqual(LATER_BUDGET)
  })

  it('loads nothing from elsewhere: it must work without a network', async () => {
    const pages = (await filesOf()).filter(file => /\.(html|css)$/.test(file))
    const texts = await Promise.all(pages.map(file => readFile(file, 'utf8')))
    expect(texts.length).toBeGreaterThan(0)
    for (const text of texts) expect(text).not.toMatch(/(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?\/\//)
  })

  it('has no inline script, so that the agent can forbid them', async () => {
    const html = await readFile(`${DIST}index.html`, 'utf8')
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/)
  })
})
