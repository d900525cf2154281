/**
 * One thing wrong or unwise in a plan. `path` is a JSON pointer; `message` Chinese first, then English; `line` and
 * `column`, from 1, where the text itself is no JSON.
 */
export type PlanProblem = {
  readonly path: string
  readonly message: string
  readonly line?: number
  readonly column?: number
}

export const when = (wrong: boolean, path: string, message: string): readonly PlanProblem[] =>
  wrong ? [{ path, message }] : []
