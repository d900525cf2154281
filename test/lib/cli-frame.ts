import { Command } from 'commander'
import { vi } from 'vitest'
import { addFrame } from '#cli/commands/frame.ts'

export type FrameRun = {
  /** Lines on stdout. */
  readonly out: readonly string[]
  /** The code that stands first on stderr. */
  readonly code: string | undefined
  readonly exit: typeof process.exitCode
}

/** Runs `yaogui frame …` within this process, as the shell would hand over the words. */
export const runFrame = async (...words: readonly string[]): Promise<FrameRun> => {
  const out: string[] = []
  const err: string[] = []
  const keep = (lines: string[]) => (text: unknown) => void lines.push(...String(text).split('\n'))
  const spies = [
    vi.spyOn(console, 'log').mockImplementation(keep(out)),
    vi.spyOn(console, 'error').mockImplementation(keep(err)),
  ]
  const before = process.exitCode
  process.exitCode = undefined
  try {
    const program = new Command('yaogui')
    addFrame(program)
    await program.parseAsync(['frame', ...words], { from: 'user' })
    return { out, code: err[0]?.split(' ')[0], exit: process.exitCode }
  } finally {
    process.exitCode = before
    for (const spy of spies) spy.mockRestore()
  }
}
