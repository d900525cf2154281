import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RunningEdge } from '#edge/main.ts'
import { asker, logIn, openTownship, type Township } from '#test/lib/edge-township.ts'
import { until } from '#test/lib/hardware-wait.ts'

let town: Township
let edge: RunningEdge
beforeEach(async () => {
  town = await openTownship()
  edge = await town.start()
})
afterEach(() => town.close())

type Figures = {
  readonly line: string
  readonly up: boolean
  readonly sent: number
  readonly logged: boolean
}

const lines = async (): Promise<readonly Figures[]> =>
  (await asker(edge.url)('/api/health')).body.lines as readonly Figures[]
const lineOf = async (id: string) => (await lines()).find(({ line }) => line === id)

describe('the agent’s health', () => {
  it('holds what each line has counted, and that it is up', async () => {
    // The locks are asked each second, the scales when somebody takes something.
    await until('the board to be asked', async () => ((await lineOf('locks'))?.sent ?? 0) > 0)
    expect((await lines()).map(({ line }) => line)).toEqual(['locks', 'scales', 'gsm'])
    for (const figures of await lines())
      expect(figures).toMatchObject({
        up: true,
        logged: false,
        answered: expect.any(Number),
        discardedBytes: 0,
        badChecksums: 0,
        late: expect.any(Number),
        reopenings: 0,
      })
  })

  it('shows a line that is down', async () => {
    await town.cabinet.close()
    await until('the line to be down', async () => (await lineOf('locks'))?.up === false)
  })
})

describe('the wire log of a line', () => {
  it('is switched by a technician while the agent runs', async () => {
    const technician = await logIn(edge, 'zhao')
    expect(await technician('/api/lines/locks/wire-log', { on: true })).toMatchObject({ status: 200 })
    expect((await lineOf('locks'))?.logged).toBe(true)
    const log = join(town.dataDir, 'wire.log')
    await until('bytes in the log', async () => / locks → /.test(await readFile(log, 'utf8').catch(() => '')))
    await technician('/api/lines/locks/wire-log', { on: false })
    expect((await lineOf('locks'))?.logged).toBe(false)
    expect(await readFile(log, 'utf8')).not.toContain(' scales ')
  })

  it('is not switched by anybody else, nor for a line that is not there', async () => {
    const on = { on: true }
    const pharmacist = await logIn(edge, 'wang')
    const technician = await logIn(edge, 'zhao')
    expect((await asker(edge.url)('/api/lines/locks/wire-log', on)).body.code).toBe('E_LOGIN')
    expect((await pharmacist('/api/lines/locks/wire-log', on)).body.code).toBe('E_ROLE')
    expect(await technician('/api/lines/nowhere/wire-log', on)).toMatchObject({
      status: 404,
      body: { code: 'E_LINE_ABSENT' },
    })
  })
})
