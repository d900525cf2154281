import type { Wording } from '#domain/error.ts'
import { MINUTE } from '#domain/time.ts'

export type NodeRedStatus = 'starting' | 'ready' | 'restarting' | 'safe-mode' | 'stopped'

/** `exits` are the times (ms, monotonic) of deaths within the window; `safe`: the next or present child runs no flows. */
export type PolicyState = {
  readonly status: NodeRedStatus
  readonly exits: readonly number[]
  readonly safe: boolean
}

export type PolicyEvent =
  | { readonly type: 'listening' }
  | { readonly type: 'flows-started' }
  | { readonly type: 'exit'; readonly at: number }
  | { readonly type: 'stop' }

export type PolicyEffect =
  | { readonly type: 'start'; readonly safeMode: boolean; readonly afterMs: number }
  | (Wording & { readonly type: 'report'; readonly code: string })

type Step = { readonly state: PolicyState; readonly effects: readonly PolicyEffect[] }

const WINDOW = MINUTE
const LOOP = 3
const FIRST_DELAY = 500

export const initialPolicy: PolicyState = { status: 'starting', exits: [], safe: false }

const afterExit = (state: PolicyState, at: number): Step => {
  if (state.safe) {
    const reason = {
      type: 'report',
      code: 'E_FLOWS_STOPPED',
      zh: '安全模式下仍然退出，流程引擎已停止',
      en: 'Node-RED died in safe mode too and stays stopped',
    } as const
    return { state: { ...state, status: 'stopped' }, effects: [reason] }
  }
  const exits = [...state.exits.filter(time => at - time < WINDOW), at]
  if (exits.length < LOOP) {
    const afterMs = FIRST_DELAY * 4 ** (exits.length - 1)
    return {
      state: { status: 'restarting', exits, safe: false },
      effects: [{ type: 'start', safeMode: false, afterMs }],
    }
  }
  const loop = {
    type: 'report',
    code: 'E_FLOWS_LOOP',
    zh: '流程引擎一分钟内退出三次，以安全模式启动（流程不运行）',
    en: 'Node-RED died three times in a minute: started in safe mode, flows do not run',
  } as const
  return {
    state: { status: 'restarting', exits: [], safe: true },
    effects: [loop, { type: 'start', safeMode: true, afterMs: FIRST_DELAY }],
  }
}

/**
 * Decides what follows when the Node-RED child lives or dies. Pure: effects are data, the host performs them.
 * `stopped` is final. A deploy in safe mode starts the flows again (Node-RED does that itself) and gives them
 * a clean record.
 */
export const restartPolicy = (state: PolicyState, event: PolicyEvent): Step => {
  if (state.status === 'stopped') return { state, effects: [] }
  switch (event.type) {
    case 'stop':
      return { state: { ...state, status: 'stopped' }, effects: [] }
    case 'listening':
      return { state: { ...state, status: state.safe ? 'safe-mode' : 'ready' }, effects: [] }
    case 'flows-started':
      return state.status === 'safe-mode'
        ? { state: { status: 'ready', exits: [], safe: false }, effects: [] }
        : { state, effects: [] }
    case 'exit':
      return afterExit(state, event.at)
  }
}
