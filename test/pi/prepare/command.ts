import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const TAIL = 2_000

export type CommandOptions = { readonly cwd?: string; readonly timeoutMs?: number }

/** Runs a program to its end and gives its output. Throws, with the end of what it said, unless it exits with 0. */
export const command = async (
  program: string,
  args: readonly string[],
  { cwd, timeoutMs = 120_000 }: CommandOptions = {},
): Promise<string> => {
  try {
    const { stdout } = await execute(program, [...args], {
      ...(cwd === undefined ? {} : { cwd }),
      timeout: timeoutMs,
      maxBuffer: 64 * 1024 * 1024,
    })
    return stdout
  } catch (cause) {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string }
    const said = `${stdout}${stderr}`.trim().slice(-TAIL)
    throw new Error(`${program} ${args.join(' ')} failed: ${said || String(cause)}`, { cause })
  }
}
