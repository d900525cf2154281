import { YaoguiError } from '#domain/error.ts'

type Told = {
  readonly code: string
  readonly wording: { zh: string; en: string }
  readonly wayOut?: { zh: string; en: string } | undefined
}

const told = (error: unknown): Told | undefined => {
  if (error instanceof YaoguiError) return error
  if (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    'zh' in error &&
    typeof error.zh === 'string'
  )
    return { code: error.code, wording: { zh: error.zh, en: error.message } }
  return undefined
}

/** Code, reason and way out, on stderr. */
export const report = (error: unknown): void => {
  const known = told(error)
  if (!known) {
    console.error('E_UNEXPECTED', error)
    return
  }
  console.error(`${known.code}  ${known.wording.zh}\n  ${known.wording.en}`)
  if (known.wayOut) console.error(`  → ${known.wayOut.zh}\n    ${known.wayOut.en}`)
}

/** Runs a command; an error is told, not dumped, and the exit code says so: 2 for wrong use, 1 for the rest. */
export const command =
  <A extends unknown[]>(work: (...args: A) => Promise<void> | void) =>
  async (...args: A): Promise<void> => {
    try {
      await work(...args)
    } catch (error) {
      report(error)
      process.exitCode = error instanceof YaoguiError && error.code.startsWith('E_USAGE') ? 2 : 1
    }
  }

export const usage = (zh: string, en: string, wayOut?: { zh: string; en: string }): YaoguiError =>
  new YaoguiError('E_USAGE', { zh, en, ...(wayOut ? { wayOut } : {}) })

/** Waits for Ctrl-C, a SIGTERM or the parent's end, whichever is first. */
export const untilAskedToStop = (): Promise<string> =>
  new Promise(resolve => {
    const stop = (why: string) => {
      // The channel to the parent would keep a process alive that has nothing left to do.
      process.channel?.unref()
      resolve(why)
    }
    process.once('SIGINT', () => stop('SIGINT'))
    process.once('SIGTERM', () => stop('SIGTERM'))
    process.once('disconnect', () => stop('parent is gone'))
  })
