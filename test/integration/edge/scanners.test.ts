import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ScanView } from '#cloud-sync/contract/edge-scanning.ts'
import type { RunningEdge } from '#edge/main.ts'
import { goodManners, type Speak, serveTcp } from '#firmware-bridge/emulator/far-end.ts'
import { scanner } from '#firmware-bridge/emulator/scanner.ts'
import { orderFormulary, packOf } from '#test/lib/edge-packs.ts'
import {
  asker,
  FIRST_PIN,
  journaled,
  logIn,
  openTownship,
  PIN,
  type Township,
} from '#test/lib/edge-township.ts'
import { until } from '#test/lib/hardware-wait.ts'

/** A scanner on the counter, over TCP, in the test's hand. */
const serveScanner = async () => {
  const listeners = new Set<Speak>()
  const createScanner = scanner({ see: () => undefined, end: '\r\n' })
  const served = await serveTcp({
    createFarEnd: speak => {
      listeners.add(speak)
      return createScanner()
    },
    manners: goodManners(),
  })
  const scan = (code: string) => {
    for (const speak of listeners) speak(Buffer.from(`${code}\r\n`, 'latin1'))
  }
  return { ...served, scan }
}
type Handheld = Awaited<ReturnType<typeof serveScanner>>

let town: Township
let edge: RunningEdge
let left: Handheld
let right: Handheld
const pages: AbortController[] = []
beforeAll(async () => {
  town = await openTownship()
  left = await serveScanner()
  right = await serveScanner()
  const path = join(town.dataDir, 'cabinet.json')
  const plan = JSON.parse(await readFile(path, 'utf8'))
  const line = (id: string, port: number) => ({ id, type: 'tcp', host: '127.0.0.1', port })
  plan.lines.push(line('left', left.port), line('right', right.port))
  plan.scanners = [
    { id: 'S1', line: 'left' },
    { id: 'S2', line: 'right' },
  ]
  await writeFile(path, JSON.stringify(plan))
  edge = await town.start()
  await orderFormulary(town, edge)
})
afterAll(async () => {
  for (const page of pages) page.abort()
  await town.close()
  await left.close()
  await right.close()
})

/** A page that listens; `scans` is what it was told so far. */
const listen = async (path: string) => {
  const abort = new AbortController()
  pages.push(abort)
  const answer = await fetch(`${edge.url}${path}`, { signal: abort.signal })
  const scans: ScanView[] = []
  const read = async () => {
    let text = ''
    for await (const bytes of answer.body ?? []) {
      text += Buffer.from(bytes).toString('utf8')
      const events = text.split('\n\n')
      text = events.pop() ?? ''
      for (const event of events) {
        const data = /^event: scan\ndata: (.*)$/s.exec(event)?.[1]
        if (data) scans.push(JSON.parse(data))
      }
    }
  }
  void read().catch(() => {})
  return { status: answer.status, scans, close: () => abort.abort() }
}
const tokenOf = async (id: string): Promise<string> => {
  await logIn(edge, id)
  const { body } = await asker(edge.url)('/api/login', { person: id, pin: PIN })
  return String(body.token)
}

describe('the scanners of a cabinet', () => {
  it('are heard for badges alone while nobody is logged in, and all else is journaled', async () => {
    const door = await listen('/api/badges/stream')
    left.scan('YGB:998877')
    await until('the badge is told', () => door.scans.length === 1)
    expect(door.scans[0]).toMatchObject({ kind: 'badge', person: null })
    right.scan(packOf('metformin-500', 'P1'))
    await until('the pack is refused', () => door.scans.length === 2)
    expect(door.scans[1]).toMatchObject({ kind: 'refused', code: 'E_SCAN_LOGIN' })
    expect(journaled(edge, 'scan.refused')).toMatchObject([{ actor: '', code: 'E_SCAN_LOGIN' }])
    door.close()
  })

  it('let somebody in by badge and PIN, without what stands on the badge going over the wire', async () => {
    const lead = await logIn(edge, 'qian')
    await lead('/api/people/li/badge', { badge: '445566' })
    await lead('/api/logout', {})
    const door = await listen('/api/badges/stream')
    right.scan('YGB:445566')
    await until('the badge is told', () => door.scans.length === 1)
    const [read] = door.scans
    expect(read).toMatchObject({ kind: 'badge', person: 'li' })
    expect(JSON.stringify(read)).not.toContain('445566')
    const badge = read?.kind === 'badge' ? read.badge : ''
    const login = await asker(edge.url)('/api/login', { badge, pin: FIRST_PIN })
    expect(login).toMatchObject({ status: 200, body: { person: { id: 'li' } } })
    door.close()
  })

  it('tell the page of whoever is logged in what two of them read at once, and lose none', async () => {
    const page = await listen(`/api/stream?token=${await tokenOf('wang')}`)
    const serials = Array.from({ length: 20 }, (_, n) => `T${n}`)
    for (const [n, serial] of serials.entries()) (n % 2 ? left : right).scan(packOf('metformin-500', serial))
    await until('all are told', () => page.scans.length === serials.length)
    const told = page.scans.map(view => (view.kind === 'pack' ? view.serial : view.kind))
    expect(told.toSorted()).toEqual(serials.toSorted())
    left.scan('not of ours')
    await until('the refusal is told', () => page.scans.length === serials.length + 1)
    expect(page.scans.at(-1)).toMatchObject({ kind: 'refused', code: 'E_SCAN_UNKNOWN' })
    expect(journaled(edge, 'scan.refused').at(-1)).toMatchObject({ actor: 'wang', text: 'not of ours' })
    page.close()
  })

  it('reading the same code together are one reading', async () => {
    const page = await listen(`/api/stream?token=${await tokenOf('wang')}`)
    left.scan('YGD:D01')
    right.scan('YGD:D01')
    left.scan('YGD:D02')
    await until('the second drawer is told', () =>
      page.scans.some(view => view.kind === 'drawer' && view.drawer === 'D02'),
    )
    expect(page.scans.filter(view => view.kind === 'drawer' && view.drawer === 'D01')).toHaveLength(1)
    page.close()
  })
})
