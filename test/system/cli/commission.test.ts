import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockFolder } from '#edge/folder-lock.ts'
import { savePlan } from '#hardware/plan.ts'
import { yaogui } from '#test/lib/edge-cli.ts'
import { temporaryFolder } from '#test/lib/hardware-cabinet.ts'
import { type Flawed, serveFlawed } from '#test/lib/hardware-commission-cabinet.ts'
import { until } from '#test/lib/hardware-wait.ts'

const BIN = fileURLToPath(new URL('../../../cli/bin.js', import.meta.url))

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let cabinet: Flawed
let path: string
beforeEach(async () => {
  folder = await temporaryFolder()
  cabinet = await serveFlawed(folder.path, { locks: {}, reversed: [1], span: {}, tracks: [] })
  path = join(folder.path, 'cabinet.json')
  await savePlan(path, cabinet.plan)
})
afterEach(async () => {
  await cabinet.close()
  await folder.remove()
})

const commission = (...args: readonly string[]): string[] => [
  'commission',
  '--plan',
  path,
  '--by',
  '王',
  ...args,
]

/** Runs it as a shell does and answers each question; undefined ends the input. */
const converse = async (
  args: readonly string[],
  answer: (question: string) => Promise<string | undefined>,
) => {
  const child = spawn(process.execPath, [BIN, ...args], { timeout: 100_000, killSignal: 'SIGKILL' })
  const ended = once(child, 'close')
  const said: string[] = []
  let err = ''
  child.stderr.setEncoding('utf8').on('data', text => {
    err += text
  })
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line)
    if (!line.startsWith('? ')) continue
    const text = await answer(line)
    if (text === undefined) child.stdin.end()
    else child.stdin.write(`${text}\n`)
  }
  const [code] = await ended
  return { code, said, err }
}

describe('yaogui commission', () => {
  it('talks a technician through a drawer in English, writes what was proved, and exits 2 when the input ends', async () => {
    const { code, said, err } = await converse(
      commission('--drawer', 'D01', '--lang', 'en'),
      async question => {
        if (question.includes('shut drawer D01')) {
          await cabinet.hand('drawers/D01/close')
          return ''
        }
        if (question.includes('did D01 open?')) {
          await until('the drawer opens', () => cabinet.openDrawer() === 'D01')
          return 'y'
        }
        return question.includes('to prove lock and sensor') ? 'y' : undefined
      },
    )
    expect(err).toMatch(/^E_COMMISSION_INPUT /)
    expect(code).toBe(2)
    expect(said.join('\n')).toContain('the other way round: closedWhen is now hook-open')
    const [drawer] = JSON.parse(await readFile(path, 'utf8')).drawers
    expect(drawer).toMatchObject({ closedWhen: 'hook-open', proved: { lock: expect.any(String) } })
    expect(cabinet.pulses).toEqual([1, 1])
  })

  it('stops when asked, tells what is missing, and exits 1', async () => {
    const { code, out } = await yaogui(commission('--drawer', 'D02'), { input: 'q\n' })
    expect(code).toBe(1)
    expect(out).toContain('完成 0/4 步')
    expect(out).toContain('未完成：抽屉 D02 锁与传感器')
    expect(cabinet.pulses).toEqual([])
  })

  it('touches nothing while the agent works on that folder', async () => {
    const unlock = lockFolder(folder.path)
    try {
      const { code, err } = await yaogui(commission(), { input: 'y\n' })
      expect([code, err.split(' ')[0]]).toEqual([1, 'E_AGENT_RUNNING'])
      expect(cabinet.pulses).toEqual([])
    } finally {
      unlock()
    }
  })

  it.each([
    ['a drawer that is not there', () => commission('--drawer', 'D99'), 'E_USAGE'],
    [
      'a plan that is not there',
      () => ['commission', '--plan', join(folder.path, 'none.json')],
      'E_PLAN_ABSENT',
    ],
  ])('refuses %s, and exits 2', async (_, args, expected) => {
    const { code, err } = await yaogui(args())
    expect([code, err.split(' ')[0]]).toEqual([2, expected])
  })
})
