import { describe, expect, it } from 'vitest'
import {
  initialPolicy,
  type PolicyEvent,
  type PolicyState,
  restartPolicy,
} from '#flows/runtime/restart-policy.ts'

const run = (events: readonly PolicyEvent[], from: PolicyState = initialPolicy) =>
  events.reduce(
    (step, event) => restartPolicy(step.state, event),
    restartPolicy(from, { type: 'flows-started' }),
  )

const exit = (at: number): PolicyEvent => ({ type: 'exit', at })
const listening: PolicyEvent = { type: 'listening' }
const flowsStarted: PolicyEvent = { type: 'flows-started' }
const loop = [exit(0), exit(20_000), exit(59_999)]

describe('restarting Node-RED', () => {
  it('is ready when the child listens', () => {
    expect(run([listening]).state.status).toBe('ready')
  })

  it('starts it again after a death, later after a second one', () => {
    expect(run([listening, exit(0)])).toMatchObject({
      state: { status: 'restarting' },
      effects: [{ type: 'start', safeMode: false, afterMs: 500 }],
    })
    expect(run([exit(0), listening, exit(1_000)]).effects).toMatchObject([
      { safeMode: false, afterMs: 2_000 },
    ])
  })

  it('starts it in safe mode after three deaths within a minute, and says so', () => {
    const { state, effects } = run(loop)
    expect(effects).toMatchObject([
      { type: 'report', code: 'E_FLOWS_LOOP' },
      { type: 'start', safeMode: true },
    ])
    expect(restartPolicy(state, listening).state.status).toBe('safe-mode')
  })

  it('forgets a death that is a minute old', () => {
    expect(run([exit(0), exit(20_000), exit(60_000)]).effects).toMatchObject([
      { type: 'start', safeMode: false },
    ])
  })

  it('gives up when safe mode dies too', () => {
    expect(run([...loop, listening, exit(70_000)])).toMatchObject({
      state: { status: 'stopped' },
      effects: [{ type: 'report', code: 'E_FLOWS_STOPPED' }],
    })
  })

  it('gives flows that a deploy started in safe mode a clean record', () => {
    const repaired = run([...loop, listening, flowsStarted])
    expect(repaired.state).toEqual({ status: 'ready', exits: [], safe: false })
    expect(restartPolicy(repaired.state, exit(60_500)).effects).toMatchObject([
      { safeMode: false, afterMs: 500 },
    ])
  })

  it.each([listening, flowsStarted, exit(1), { type: 'stop' } as const])(
    'stays stopped whatever comes: $type',
    event => {
      const { state } = run([{ type: 'stop' }])
      expect(restartPolicy(state, event)).toEqual({ state, effects: [] })
    },
  )

  it('takes started flows as news only in safe mode', () => {
    for (const { state } of [run([]), run([listening]), run([exit(0)])])
      expect(restartPolicy(state, flowsStarted)).toEqual({ state, effects: [] })
  })
})
