import {
  FAULTS,
  KINDS,
  OUTCOMES,
  OWN_LINE,
  QUALITIES,
  REASONS,
} from '#firmware-bridge/protocols/yaogui-board/layouts.ts'

export type Words = readonly [zh: string, en: string]

/** What the fields are called. */
export const FIELDS: Readonly<Record<string, Words>> = {
  min: ['最低协议版本', 'lowest protocol version'],
  max: ['最高协议版本', 'highest protocol version'],
  boot: ['启动号', 'boot number'],
  id: ['指令号', 'id of the order'],
  until: ['作废时刻（板运行毫秒）', 'void after this uptime, ms'],
  lock: ['锁', 'lock'],
  pulseMs: ['脉冲毫秒', 'pulse, ms'],
  kind: ['种类', 'kind'],
  channel: ['通道', 'channel'],
  periodMs: ['上报间隔毫秒，0 = 停止', 'push every ms, 0 = stop'],
  what: ['0 = 置零，1 = 标定', '0 = zero, 1 = span'],
  hundredths: ['砝码，百分之一克', 'weight on the pan, hundredths of a gram'],
  cause: ['重启原因', 'cause of the last start'],
  flags: ['标志', 'flags'],
  locks: ['锁数', 'locks'],
  scales: ['秤数', 'scales'],
  thermometers: ['温度计数', 'thermometers'],
  major: ['固件主版本', 'firmware, major'],
  minor: ['固件次版本', 'firmware, minor'],
  patch: ['固件修订', 'firmware, patch'],
  serial: ['序列号', 'serial number'],
  uptime: ['运行毫秒', 'uptime, ms'],
  lastId: ['见过的最大指令号', 'highest id seen'],
  coil: ['正在通电的锁，0 = 无', 'lock under power, 0 = none'],
  faults: ['故障位', 'faults'],
  coilFaults: ['线圈故障位，位 0 = 锁 1', 'faulty coils, bit 0 = lock 1'],
  contacts: ['锁钩闭合位，位 0 = 锁 1', 'hooks closed, bit 0 = lock 1'],
  settling: ['未稳定位', 'still bouncing'],
  changes: ['各锁变化次数', 'changes of each lock'],
  outcome: ['结果', 'outcome'],
  ms: ['毫秒', 'ms'],
  number: ['测量序号', 'number of the measurement'],
  ageMs: ['测后毫秒', 'age, ms'],
  quality: ['质量', 'quality'],
  value: ['数值（0.01 克或 0.001 ℃）', 'value, 0.01 g or 0.001 °C'],
  raw: ['原始值', 'raw'],
  type: ['被拒报文类型', 'type of the refused frame'],
  reason: ['原因', 'reason'],
}

const nameOf = (table: Readonly<Record<string, number>>, value: number): string =>
  Object.keys(table).find(name => table[name] === value) ?? '?'

const bitsOf = (table: Readonly<Record<string, number>>, value: number): string =>
  Object.keys(table)
    .filter(name => (value & (table[name] ?? 0)) !== 0)
    .join('+') || '-'

/** The code behind a number, by the names of docs/firmware-protocol.md. */
export const CODES: Readonly<Record<string, (value: number) => string>> = {
  outcome: value => nameOf(OUTCOMES, value),
  quality: value => nameOf(QUALITIES, value),
  reason: value => nameOf(REASONS, value),
  kind: value => nameOf(KINDS, value),
  faults: value => bitsOf(FAULTS, value),
  flags: value => bitsOf({ ownLine: OWN_LINE }, value),
}

/** What each type of frame is. */
export const TYPES: Readonly<Record<string, Words>> = {
  hello: ['问候，协商版本', 'greets and offers versions'],
  state: ['查询状态', 'asks for the state'],
  unlock: ['打开一把锁', 'unlocks one lock'],
  settle: ['查询并了结一条开锁指令', 'asks what became of an unlock, and settles it'],
  read: ['读一个通道', 'reads a channel'],
  subscribe: ['要求主动上报', 'asks for pushed samples'],
  calibrate: ['校准一台秤', 'calibrates a scale'],
  test: ['自检，不通电', 'self-test, no coil is energised'],
  greeting: ['回答问候', 'answers the greeting'],
  status: ['状态', 'state'],
  unlocked: ['开锁结果', 'answer to an unlock'],
  settled: ['了结结果', 'what became of an unlock'],
  sample: ['测量值', 'sample'],
  subscribed: ['同意主动上报', 'will push samples'],
  calibrated: ['校准后的测量值', 'sample after calibration'],
  tested: ['自检结果', 'result of the self-test'],
  refused: ['拒绝', 'refuses'],
  pushed: ['主动上报的测量值', 'pushed sample'],
}
