export type LogLevel = 'info' | 'warn' | 'error'

/** What the agent gives for its log; a pino logger fits. */
export type FlowsLog = { readonly [level in LogLevel]: (fields: object, message: string) => void }

type Options = {
  readonly log: FlowsLog
  /** Monotonic milliseconds. */
  readonly now: () => number
}

const MOST_PER_SECOND = 20
const LONGEST = 1_000

const levelOf = (line: string): { readonly level: LogLevel; readonly text: string } => {
  const tab = line.indexOf('\t')
  const word = line.slice(0, tab)
  return word === 'info' || word === 'warn' || word === 'error'
    ? { level: word, text: line.slice(tab + 1) }
    : { level: 'info', text: line }
}

/**
 * Turns the child's output into log entries. A guest that prints without end must not fill the agent's memory
 * or its log: lines are cut at 1,000 characters, beyond 20 a second they are dropped and counted.
 * Lines are `level<TAB>text`; any other line is information.
 */
export const createLineLog = ({ log, now }: Options): ((chunk: string) => void) => {
  let rest = ''
  let second = Number.NEGATIVE_INFINITY
  let count = 0
  const write = (line: string): void => {
    const at = Math.floor(now() / 1_000)
    if (at !== second) {
      if (count > MOST_PER_SECOND)
        log.warn({ dropped: count - MOST_PER_SECOND }, 'Node-RED 输出过多，已丢弃 / output dropped')
      second = at
      count = 0
    }
    count += 1
    if (count > MOST_PER_SECOND) return
    const { level, text } = levelOf(line)
    log[level]({ from: 'node-red' }, text.slice(0, LONGEST))
  }
  return chunk => {
    const lines = (rest + chunk).split('\n')
    rest = (lines.pop() ?? '').slice(0, LONGEST)
    for (const line of lines) if (line.trim() !== '') write(line)
  }
}
