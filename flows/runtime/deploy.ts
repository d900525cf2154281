import { YaoguiError } from '#domain/error.ts'
import { MINUTE } from '#domain/time.ts'
import { differenceOf, type FlowDifference, type Flows } from './flow.ts'
import { checkFlows, problemText } from './gate.ts'
import type { FlowStore } from './storage.ts'

/** The audit record of one deploy. */
export type FlowSave = {
  readonly flows: Flows
  /** Who the editor says it was: an escaped function node can claim any name. */
  readonly user: string
  readonly version: number
  readonly difference: FlowDifference
}

export type DeployOptions = {
  readonly store: FlowStore
  /** Flows of a site that never had any. */
  readonly loadFlows: () => Promise<Flows>
  /** Journals the deploy; a rejection refuses it. */
  readonly onSave: (save: FlowSave) => Promise<void>
  /** Journals a deploy that the gate refused. */
  readonly onRefused: (refused: { readonly user: string; readonly code: string }) => Promise<void>
  readonly wallClock: () => Date
  /** Monotonic milliseconds. */
  readonly now: () => number
}

export type Deploys = {
  readonly current: () => Promise<Flows>
  /** @throws YaoguiError E_FLOWS_REFUSED with the problems for the editor, E_FLOWS_BUSY. */
  readonly save: (flows: unknown, user: string) => Promise<void>
}

/** No person at an editor deploys more often; an escaped function node could, and each is a record and a file on the card. */
const MOST_DEPLOYS = 30
const WINDOW = 10 * MINUTE

/** Lets so many through in a window, passed or refused by the gate alike. Errors: E_FLOWS_BUSY. */
const createTurnstile = (now: () => number): (() => void) => {
  let passed: readonly number[] = []
  return () => {
    passed = passed.filter(at => now() - at < WINDOW)
    if (passed.length >= MOST_DEPLOYS)
      throw new YaoguiError('E_FLOWS_BUSY', {
        zh: `十分钟内部署超过${MOST_DEPLOYS}次，请稍后再试`,
        en: `more than ${MOST_DEPLOYS} deploys in ten minutes: try again later`,
        kind: 'transient',
      })
    passed = [...passed, now()]
  }
}

/** The one way by which flows come to run: gate, then the audit record, then the file. */
export const createDeploys = ({
  store,
  loadFlows,
  onSave,
  onRefused,
  wallClock,
  now,
}: DeployOptions): Deploys => {
  const current = async (): Promise<Flows> => {
    const stored = await store.latest()
    if (stored !== undefined) return stored.flows
    // Unreadable is not absent: a site whose versions are all damaged runs nothing, not the example.
    return (await store.nextVersion()) === 1 ? loadFlows() : []
  }

  const save = async (flows: unknown, user: string): Promise<void> => {
    const problems = checkFlows(flows)
    if (problems.length > 0) {
      await onRefused({ user, code: 'E_FLOWS_REFUSED' })
      const text = problemText(problems)
      throw new YaoguiError('E_FLOWS_REFUSED', { zh: text, en: text })
    }
    const accepted = flows as Flows
    const version = await store.nextVersion()
    await onSave({ flows: accepted, user, version, difference: differenceOf(await current(), accepted) })
    await store.write({ version, at: wallClock().toISOString(), user, flows: accepted })
  }

  // One at a time: two deploys must not take the same version.
  let last: Promise<void> = Promise.resolve()
  const pass = createTurnstile(now)
  return {
    current,
    save: async (flows, user) => {
      pass()
      const turn = last.catch(() => undefined).then(() => save(flows, user))
      last = turn
      await turn
    },
  }
}
