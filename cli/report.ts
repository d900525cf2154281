import { YaoguiError } from '#domain/error.ts'

type Told = {
  readonly code: string
  readonly wording: { zh: string; en: string }
  readonly wayOut?: { zh: string; en: string } | undefined
}

const told = (error: unknown): Told | undefined => {
  if (error instanceof YaoguiError) return error
  // Errors of lines and drivers carry the same wording in classes of their own.
  if (error instanceof Error && 'code' in error && typeof error.code === 'string' && 'wording' in error)
    return { code: error.code, wording: error.wording as Told['wording'] }
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

const DOCTOR = {
  zh: '运行 yaogui doctor --data <目录> 检查本机与站点',
  en: '`yaogui doctor --data <dir>` checks the machine and the site',
}

/** Code, reason and way out, on stderr. */
const report = (error: unknown): void => {
  const known = told(error)
  if (!known) {
    console.error('E_UNEXPECTED', error)
    console.error(
      '  → 程序内部错误：请保存以上文字并联系技术人员 / an internal fault: keep this text for the technician',
    )
    return
  }
  console.error(`${known.code}  ${known.wording.zh}\n  ${known.wording.en}`)
  const { zh, en } = known.wayOut ?? DOCTOR
  console.error(`  → ${zh}\n    ${en}`)
}

/** Arguments and files that a person gave. */
const WRONG_INPUT = /^E_(USAGE|CSV|FRIDGE_TAG)(_|$)/

/** Runs a command; an error is told, not dumped, and the exit code says so: 2 for wrong use, 1 for the rest. */
export const command =
  <A extends unknown[]>(work: (...args: A) => Promise<void> | void) =>
  async (...args: A): Promise<void> => {
    try {
      await work(...args)
    } catch (error) {
      report(error)
      process.exitCode = error instanceof YaoguiError && WRONG_INPUT.test(error.code) ? 2 : 1
    }
  }

const HELP = { zh: '用 --help 查看用法与示例', en: '--help shows the usage and an example' }

export const usage = (zh: string, en: string, wayOut?: { zh: string; en: string }): YaoguiError =>
  new YaoguiError('E_USAGE', { zh, en, wayOut: wayOut ?? HELP })

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
