/** One board and what is wired to it. */
export type BoardFitting = {
  readonly board: number
  readonly locks: number
  readonly scales: number
  readonly thermometers: number
  /** It has the line to itself (USB, UART) and may push samples. */
  readonly ownLine?: boolean
  /** Protocol versions it speaks. */
  readonly versions?: readonly [min: number, max: number]
}

/** What hangs on the boards. Locks and channels count from 1. */
export interface YaoguiBoardWorld {
  readonly boards: readonly BoardFitting[]
  /** A coil gets its power. */
  pulse(board: number, lock: number): void
  /** The hook switch is closed; false where no lock hangs. */
  closed(board: number, lock: number): boolean
  /** Undefined: the amplifier does not answer. */
  grams(board: number, channel: number): number | undefined
  stable(board: number, channel: number): boolean
  /** Undefined: the probe does not answer. */
  celsius(board: number, channel: number): number | undefined
}
