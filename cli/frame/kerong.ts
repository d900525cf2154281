export const STX = ['帧头 STX', 'start STX'] as const
export const ETX = ['帧尾 ETX', 'end ETX'] as const
export const SUM = ['校验：前面各字节之和的低字节', 'checksum: low byte of the sum of all before'] as const

export const ranges = (count: number) =>
  Array.from({ length: count }, (_, at) => `${at * 8 + 1}–${at * 8 + 8}`)

export const hookBytes = (count: number) =>
  ranges(count).map(
    locks => [`锁 ${locks} 的锁钩，位 0 为最小号，1 = 闭合`, `hooks ${locks}, 1 = closed`] as const,
  )

/** Byte values that only a board ever hears from somebody else: our builders cannot make them. */
export const DANGER = { zh: '危险：打开全部！', en: 'DANGER: opens everything!' }
