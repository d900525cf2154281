import { LineError, type LineErrorKind } from '../../error.ts'
import { OUTCOMES, REASONS } from './layouts.ts'

const error = (code: string, kind: LineErrorKind, zh: string, en: string, cause?: unknown): LineError =>
  new LineError(code, { kind, zh, en, cause })

type Refusal = readonly [code: string, zh: string, en: string]

const REFUSALS: ReadonlyMap<number, Refusal> = new Map([
  [OUTCOMES.noLock, ['E_UNLOCK_NO_LOCK', '板上没有这把锁', 'the board has no such lock']],
  [OUTCOMES.badPulse, ['E_UNLOCK_PULSE', '板不接受这个脉冲长度', 'the board refuses this length of pulse']],
  [OUTCOMES.busy, ['E_UNLOCK_BUSY', '另一把锁正在通电', 'another coil is energised']],
  [OUTCOMES.resting, ['E_UNLOCK_RESTING', '锁刚通过电，须间歇 5 秒', 'the lock rests for 5 s after a pulse']],
  [OUTCOMES.coilFault, ['E_UNLOCK_COIL', '线圈故障（断路或短路）', 'the coil is faulty (open or shorted)']],
  [OUTCOMES.lowSupply, ['E_UNLOCK_SUPPLY', '供电电压过低', 'the supply is too low']],
  [OUTCOMES.late, ['E_UNLOCK_LATE', '开锁指令到达太晚，已作废', 'the order came too late and is void']],
  [OUTCOMES.never, ['E_UNLOCK_NOT_HEARD', '板没有收到开锁指令', 'the board has not heard the order']],
])

/**
 * The board says that this coil was not energised and that it will not be for this order. Transient whatever the
 * reason, which in this house means just that: nothing moved, and a person may order again.
 */
export const unlockRefused = (outcome: number): LineError => {
  const other: Refusal = [
    'E_UNLOCK_REFUSED',
    `板拒绝开锁（${outcome}）`,
    `the board refuses to unlock (${outcome})`,
  ]
  const [code, zh, en] = REFUSALS.get(outcome) ?? other
  return error(code, 'transient', zh, en)
}

/** It may have been energised, and nobody can be asked any more. */
export const unlockUnknown = (cause?: unknown): LineError =>
  error(
    'E_UNLOCK_UNKNOWN',
    'ambiguous',
    '开锁结果不明，不会自动重发',
    'nobody knows what became of the order; it is not sent again',
    cause,
  )

/** It was energised, but not for long enough. */
export const unlockCut = (ms: number): LineError =>
  error('E_UNLOCK_CUT', 'ambiguous', `脉冲 ${ms} 毫秒后中断`, `the pulse was cut off after ${ms} ms`)

/** Half a second and more after its end the board says that the pulse goes on. */
export const unlockOverrun = (ms: number): LineError =>
  error(
    'E_UNLOCK_OVERRUN',
    'ambiguous',
    `${ms} 毫秒的脉冲没有结束，请立即断开锁的电源`,
    `the pulse of ${ms} ms does not end: cut the power of the locks at once`,
  )

/** The board that was asked first is not the one that would be told; nothing was sent. */
export const boardRestarted = (): LineError =>
  error('E_BOARD_RESTARTED', 'transient', '控制板刚刚重启', 'the board has just restarted')

export const versionRefused = (min: number, max: number): LineError =>
  error(
    'E_BOARD_VERSION',
    'permanent',
    `控制板只懂协议版本 ${min}–${max}，请更新固件或本程序`,
    `the board speaks protocol versions ${min}–${max} only: update its firmware or this program`,
  )

const REASON_WORDS: ReadonlyMap<number, readonly [string, string]> = new Map([
  [REASONS.type, ['不认识的报文', 'unknown frame']],
  [REASONS.length, ['报文长度不对', 'wrong length']],
  [REASONS.channel, ['没有这个通道', 'no such channel']],
  [REASONS.sharedLine, ['共用总线不能主动上报', 'no pushing on a shared line']],
  [REASONS.notAtRest, ['秤未稳定', 'the pan is not at rest']],
  [REASONS.value, ['数值不合理', 'the value cannot be right']],
  [REASONS.busy, ['线圈通电中', 'a coil is energised']],
])

const TRANSIENT: ReadonlySet<number> = new Set([REASONS.notAtRest, REASONS.busy])

/** E_BOARD_REFUSED: what was asked does not exist there, or not now. */
export const boardRefused = (reason: number): LineError => {
  const [zh, en] = REASON_WORDS.get(reason) ?? [`原因 ${reason}`, `reason ${reason}`]
  const kind = TRANSIENT.has(reason) ? 'transient' : 'permanent'
  return error('E_BOARD_REFUSED', kind, `控制板拒绝：${zh}`, `the board refuses: ${en}`)
}
