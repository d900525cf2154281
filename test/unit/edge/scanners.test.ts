import { describe, expect, it } from 'vitest'
import type { ScanView } from '#cloud-sync/contract/edge-scanning.ts'
import type { Reading } from '#edge/scanning/scan.ts'
import { listenToScanners } from '#edge/scanning/scanners.ts'
import type { Scan, Scanner } from '#hardware/ports.ts'
import { edgeClock } from '#test/lib/edge-clock.ts'

const AT = new Date('2026-11-22T02:00:00Z')

/** A scanner in the test's hand. */
const handheld = () => {
  const listeners = new Set<(scan: Scan) => void>()
  const scanner: Scanner = {
    onScan: listener => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    trigger: async () => {},
  }
  const read = (text: string) => {
    for (const listener of listeners) listener({ text, at: AT })
  }
  return { scanner, read, heard: () => listeners.size }
}

/** Two scanners at a cabinet; how long a text takes to be understood is its first figure, in turns of the event loop. */
const openCounter = () => {
  const clock = edgeClock()
  const [left, right] = [handheld(), handheld()]
  const readings: Reading[] = []
  const scanners = listenToScanners({
    scanners: new Map([
      ['S1', left.scanner],
      ['S2', right.scanner],
    ]),
    scan: async read => {
      readings.push(read)
      for (let turns = Number(read.text[0]) || 0; turns > 0; turns -= 1) await Promise.resolve()
      if (read.text.includes('fails')) throw new Error('the disk refuses')
      return { kind: 'drawer', drawer: read.text }
    },
    clock,
    log: { error: () => {} },
  })
  const page = (person: string, left = 1) => {
    const seen: string[] = []
    const leave = scanners.join({
      person,
      left: () => left,
      tell: view => seen.push(view.kind === 'drawer' ? view.drawer : view.kind),
    })
    return { seen, leave }
  }
  return { clock, left, right, readings, scanners, page }
}

describe('two scanners at once', () => {
  it('are both heard, in the order of reading, however long each code takes, and none is lost', async () => {
    const { left, right, scanners, page } = openCounter()
    const { seen } = page('wang')
    const texts = Array.from({ length: 40 }, (_, n) => `${(n * 7) % 10}-${n}`)
    for (const [n, text] of texts.entries()) (n % 2 ? left : right).read(text)
    await scanners.close()
    expect(seen).toEqual(texts)
  })

  it('go on after a code that could not be handled', async () => {
    const { left, right, scanners, page } = openCounter()
    const { seen } = page('wang')
    left.read('3-fails')
    right.read('0-b')
    await scanners.close()
    expect(seen).toEqual(['0-b'])
  })

  it('reading the same code within a second is one reading, as is a button that is held', async () => {
    const { clock, left, right, readings, scanners, page } = openCounter()
    page('wang')
    left.read('a')
    right.read('a')
    for (let times = 0; times < 5; times += 1) {
      clock.pass(900)
      left.read('a')
    }
    clock.pass(1_000)
    left.read('a')
    left.read('b')
    await scanners.close()
    expect(readings.map(({ text }) => text)).toEqual(['a', 'a', 'b'])
  })
})

describe('what a scanner reads', () => {
  it('goes to the page where somebody was last, in their name', async () => {
    const { left, readings, scanners, page } = openCounter()
    const [wang, li] = [page('wang', 60_000), page('li', 600_000)]
    left.read('a')
    await new Promise(setImmediate)
    li.leave()
    left.read('b')
    await scanners.close()
    expect([wang.seen, li.seen]).toEqual([['b'], ['a']])
    expect(readings.map(({ actor }) => actor)).toEqual(['li', 'wang'])
  })

  it('goes to the door while nobody is logged in, in nobody’s name', async () => {
    const { left, readings, scanners, page } = openCounter()
    const told: ScanView[] = []
    scanners.atDoor(view => told.push(view))
    page('wang', 0)
    left.read('YGB:1')
    await scanners.close()
    expect(told).toEqual([{ kind: 'drawer', drawer: 'YGB:1' }])
    expect(readings).toEqual([{ text: 'YGB:1', actor: undefined }])
  })

  it('is heard no more once the agent stops', async () => {
    const { left, scanners } = openCounter()
    expect(left.heard()).toBe(1)
    await scanners.close()
    expect(left.heard()).toBe(0)
  })
})
