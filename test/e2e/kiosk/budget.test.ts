import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'

const DIST = fileURLToPath(new URL('../../../web/dist/kiosk/', import.meta.url))
/** A Pi with a slow card shows the page at once, after each of its restarts. */
const SCRIPT_BUDGET = 80_000

const filesOf = async (): Promise<readonly string[]> =>
  (await readdir(DIST, { recursive: true, withFileTypes: true }))
    .filter(entry => entry.isFile())
    .map(entry => `${entry.parentPath}/${entry.name}`)

describe('the built kiosk page', () => {
  it('needs at most 80 kB of gzipped script', async () => {
    const scripts = (await filesOf()).filter(file => file.endsWith('.js'))
    const sizes = await Promise.all(scripts.map(async file => gzipSync(await readFile(file)).length))
    const total = sizes.reduce((sum, size) => sum + size, 0)
    expect(total).toBeGreaterThan(0)
    expect(total).toBeLessThanOrEqual(SCRIPT_BUDGET)
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
