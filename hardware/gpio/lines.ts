import { HardwareError } from '../error.ts'

/** A line that drives something. Its calls are synchronous: they must work while the process is going down. */
export interface OutputLine {
  set(high: boolean): void
  isHigh(): boolean
  /** Low by every means there is; throws only when it is still high after that. */
  drop(): void
}

export interface InputLine {
  isHigh(): boolean
}

/** Where lines come from. Numbers are the kernel's line numbers, not pins. Both throw E_GPIO_LINE (permanent). */
export interface Lines {
  /** An output, low from its first moment on. */
  output(line: number): OutputLine
  input(line: number): InputLine
}

/** A line that is not what was asked for; nothing may be driven through it. */
export const lineError = (line: number, zh: string, en: string, cause?: unknown): HardwareError =>
  new HardwareError('E_GPIO_LINE', { zh: `GPIO 线 ${line}：${zh}`, en: `GPIO line ${line}: ${en}`, cause })

/** What can be read back of a line's configuration. */
export type ReadBack = {
  readonly direction: string
  readonly activeLow: boolean
  readonly isHigh: boolean
}

/** Configuration errors can pass unheard (onoff drops them on a line that was exported before): only what is read back counts. */
export const verifyLine = (line: number, wanted: 'in' | 'out', seen: ReadBack): void => {
  if (seen.direction !== wanted)
    throw lineError(
      line,
      `方向是 ${seen.direction}，应为 ${wanted}`,
      `its direction is ${seen.direction}, not ${wanted}`,
    )
  if (seen.activeLow) throw lineError(line, '被设为反相 (active_low)', 'it is inverted (active_low)')
  if (wanted === 'out' && seen.isHigh)
    throw lineError(
      line,
      '置低后仍为高：检查接线是否短路到电源',
      'it stays high when set low: is it shorted to a supply?',
    )
}
