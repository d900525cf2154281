import { describe, expect, it } from 'vitest'
import { checkPlan } from '#hardware/plan-check.ts'

const drawer = (id: string, lock: number, address: number, more: object = {}): object => ({
  id,
  lock: { driver: 'kerong-cu48', line: 'locks', board: 0, lock },
  scale: { driver: 'modbus-scale', line: 'scales', address },
  ...more,
})
const fridge = { id: 'F1', name: '1号冰箱', driver: 'w1', device: '28-000000000001', low: 2, high: 8 }
const plan = (more: object = {}): Record<string, unknown> => ({
  version: 1,
  lines: [
    { id: 'locks', type: 'tcp', host: 'localhost', port: 4001 },
    { id: 'scales', type: 'serial', path: '/dev/ttyUSB0', baudRate: 9600 },
  ],
  drawers: [drawer('D01', 1, 1)],
  thermometers: [fridge],
  ...more,
})

const pathsOf = (value: unknown): readonly string[] => {
  const checked = checkPlan(value)
  return checked.ok ? [] : checked.problems.map(({ path }) => path)
}

describe('a cabinet plan', () => {
  it('gets its defaults', () => {
    const checked = checkPlan(plan())
    expect(checked).toMatchObject({
      ok: true,
      plan: { w1Root: '/sys/bus/w1/devices', drawers: [{ closedWhen: 'hook-closed', pulseMs: 400 }] },
    })
  })

  it('may name a replayed thermometer', () => {
    const replay = { id: 'R1', name: '回放', driver: 'replay', file: 'tag.txt', low: 2, high: 8 }
    expect(pathsOf(plan({ thermometers: [fridge, replay] }))).toEqual([])
  })

  it('has all its faults of shape told at once, each at its place, in both languages', () => {
    const wrong = plan({
      version: 2,
      lines: [
        { id: 'locks', type: 'tcp', host: 'localhost', prt: 4001 },
        { id: 'a.b', type: 'carrier-pigeon' },
      ],
      drawers: Array.from({ length: 12 }, (_, at) =>
        drawer(`D${at}`, 49, 1, { pulseMs: 1_500, closedwhen: 'hook-open' }),
      ),
    })
    const paths = pathsOf(wrong)
    expect(paths).toContain('/version')
    expect(paths.filter(path => path === '/lines/0')).toHaveLength(2)
    expect(paths).toContain('/lines/1/type')
    expect(paths.filter(path => path.endsWith('/pulseMs'))).toHaveLength(12)
    expect(paths.filter(path => path.endsWith('/lock/lock'))).toHaveLength(12)
    expect(paths.filter(path => /^\/drawers\/\d+$/.test(path))).toHaveLength(12)
    const checked = checkPlan(wrong)
    for (const { message } of checked.ok ? [] : checked.problems)
      expect(message).toMatch(/^\p{Script=Han}.* \/ .+/u)
  })

  it.each([
    ['drawers of one id', { drawers: [drawer('D01', 1, 1), drawer('D01', 2, 2)] }, '/drawers/1/id'],
    ['drawers on one lock', { drawers: [drawer('D01', 1, 1), drawer('D02', 1, 2)] }, '/drawers/1/lock'],
    ['drawers on one scale', { drawers: [drawer('D01', 1, 1), drawer('D02', 2, 1)] }, '/drawers/1/scale'],
    [
      'a thermometer that is not there',
      { drawers: [drawer('D01', 1, 1, { cold: 'F9' })] },
      '/drawers/0/cold',
    ],
    ['limits the wrong way round', { thermometers: [{ ...fridge, low: 8, high: 2 }] }, '/thermometers/0'],
    [
      'locks and scales on one wire',
      { drawers: [drawer('D01', 1, 1, { scale: { driver: 'modbus-scale', line: 'locks', address: 1 } })] },
      '/drawers/0/scale/line',
    ],
  ])('is refused with %s', (_, more, path) => {
    expect(pathsOf(plan(more))).toEqual([path])
  })

  it.each([
    ['an unknown field', { closedwhen: 'hook-open' }, '/drawers/0', 'closedwhen'],
    ['a driver that there is not', { lock: { driver: 'kerong' } }, '/drawers/0/lock/driver', 'kerong-cu48'],
    ['no driver', { lock: { line: 'locks', board: 0, lock: 1 } }, '/drawers/0/lock', 'driver'],
    ['another word', { closedWhen: 'closed' }, '/drawers/0/closedWhen', 'hook-closed, hook-open'],
    ['another type', { lock: null }, '/drawers/0/lock', 'object'],
  ])('with %s is told once what it should say', (_, more, path, word) => {
    const checked = checkPlan(plan({ drawers: [drawer('D01', 1, 1, more)] }))
    expect(checked).toMatchObject({ problems: [{ path, message: expect.stringContaining(word) }] })
    expect(checked.ok || checked.problems).toHaveLength(1)
  })

  it('with a line that does not exist is refused at lock and scale', () => {
    expect(pathsOf(plan({ lines: [] }))).toEqual(['/drawers/0/lock/line', '/drawers/0/scale/line'])
  })

  it.each([null, 7, 'plan', [], {}])('that is %o is refused and does not throw', value => {
    expect(checkPlan(value).ok).toBe(false)
  })
})

const board = (line: string, number: number, more: object = {}): object => ({
  line,
  board: number,
  channels: 24,
  sensor: 'shorts-when-closed',
  ...more,
})
const on8a = (id: string, number: number, lock: number, scaleLine: string): object => ({
  id,
  lock: { driver: 'locks-8a', line: 'locks', board: number, lock },
  scale: { driver: 'mt-sics', line: scaleLine },
})
const lines = ['locks', 'scale-1', 'scale-2'].map((id, at) => ({
  id,
  type: 'tcp',
  host: 'localhost',
  port: 4001 + at,
}))

describe('a cabinet plan with 8A boards and MT-SICS scales', () => {
  const with8a = (more: object = {}) =>
    plan({
      lines,
      lockBoards: [board('locks', 1)],
      drawers: [on8a('D01', 1, 24, 'scale-1'), on8a('D02', 1, 1, 'scale-2')],
      ...more,
    })

  it('is accepted', () => {
    expect(pathsOf(with8a())).toEqual([])
  })

  it.each([
    [
      'a board that is not listed',
      { lockBoards: [board('locks', 2)] },
      ['/drawers/0/lock/board', '/drawers/1/lock/board'],
    ],
    [
      'a lock beyond the channels',
      { lockBoards: [board('locks', 1, { channels: 16 })] },
      ['/drawers/0/lock/lock'],
    ],
    [
      'a board listed twice, with another sensor',
      { lockBoards: [board('locks', 1), board('locks', 1, { sensor: 'shorts-when-open' })] },
      ['/lockBoards/1'],
    ],
    [
      'boards of different length on one line',
      { lockBoards: [board('locks', 1), board('locks', 2, { channels: 32 })] },
      ['/lockBoards/1/channels'],
    ],
    ['a board on no line', { lockBoards: [board('locks', 1), board('nowhere', 2)] }, ['/lockBoards/1/line']],
    [
      'two scales on a line that has room for one',
      { drawers: [on8a('D01', 1, 24, 'scale-1'), on8a('D02', 1, 1, 'scale-1')] },
      ['/drawers/1/scale'],
    ],
    [
      'two kinds of lock board on one line',
      {
        drawers: [
          on8a('D01', 1, 24, 'scale-1'),
          {
            ...on8a('D02', 1, 1, 'scale-2'),
            lock: { driver: 'kerong-cu16', line: 'locks', board: 0, lock: 16 },
          },
        ],
      },
      ['/drawers/1/lock/line'],
    ],
    [
      'a board beyond those of its driver, told once',
      { drawers: [{ ...on8a('D01', 0, 33, 'scale-1') }] },
      ['/drawers/0/lock/board', '/drawers/0/lock/lock'],
    ],
  ])('is refused with %s', (_, more, paths) => {
    expect(pathsOf(with8a(more))).toEqual(paths)
  })
})
