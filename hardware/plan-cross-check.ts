import { calibratedDevices, isDay } from './plan-calibration.ts'
import { coldRuleProblems } from './plan-cold-check.ts'
import { type PlanProblem, when } from './plan-problem.ts'
import type { CabinetPlan } from './plan-schema.ts'
import {
  type Use,
  usesOfLines,
  usesOfLocks,
  usesOfPins,
  usesOfPorts,
  usesOfScales,
  usesOfSensors,
} from './plan-uses.ts'

const repeated = (uses: readonly Use[], zh: string, en: string): readonly PlanProblem[] => {
  const first = new Map<string, string>()
  return uses.flatMap(({ path, key }) => {
    const before = first.get(key)
    if (before === undefined) first.set(key, path)
    return before === undefined
      ? []
      : [{ path, message: `${zh}（与 ${before} 相同）/ ${en} (same as ${before})` }]
  })
}

const uniqueness = (plan: CabinetPlan): readonly PlanProblem[] => {
  const ids = (list: string, of: readonly { readonly id: string }[] = []): readonly PlanProblem[] =>
    repeated(
      of.map(({ id }, at) => ({ path: `/${list}/${at}/id`, key: id })),
      '编号重复',
      'id used twice',
    )
  const boards = (plan.lockBoards ?? []).map(({ line, board }, at) => ({
    path: `/lockBoards/${at}`,
    key: `${line} ${board}`,
  }))
  const scanners = (plan.scanners ?? []).map(({ line }, at) => ({
    path: `/scanners/${at}/line`,
    key: line,
  }))
  return [
    ...ids('lines', plan.lines),
    ...ids('drawers', plan.drawers),
    ...ids('thermometers', plan.thermometers),
    ...ids('scanners', plan.scanners),
    // Each would take the other's answers for noise.
    ...repeated(usesOfPorts(plan), '两条线路用同一个端口', 'two lines on one port'),
    ...repeated(boards, '锁控板登记了两次', 'lock board listed twice'),
    ...repeated(usesOfLocks(plan), '两个抽屉用同一把锁', 'two drawers on one lock'),
    ...repeated(usesOfScales(plan), '两个抽屉用同一台秤', 'two drawers on one scale'),
    ...repeated(usesOfSensors(plan), '两个温度计用同一个探头', 'two thermometers on one sensor'),
    ...repeated(scanners, '一条线路只能接一台扫码器', 'a line has room for one scanner'),
    ...repeated(usesOfPins(plan), '引脚用了两次', 'pin used twice'),
  ]
}

const lineUse = (plan: CabinetPlan): readonly PlanProblem[] => {
  const known = new Set(plan.lines.map(({ id }) => id))
  const spoken = new Map<string, string>()
  return usesOfLines(plan).flatMap(({ path, line, driver }) => {
    const first = spoken.get(line) ?? driver
    spoken.set(line, first)
    return [
      ...when(!known.has(line), path, '没有这条线路 / no such line'),
      // Two protocols on one wire would read each other's frames as noise, and might one day read them as orders.
      ...when(
        first !== driver,
        path,
        `一条线路只能用一种协议，已用 ${first} / one protocol a line, it has ${first}`,
      ),
    ]
  })
}

const boardsOf8a = ({ lockBoards = [], drawers }: CabinetPlan): readonly PlanProblem[] => [
  // The parser must know beforehand how long a status reply is, and cannot see from its head which board it is of.
  ...lockBoards.flatMap(({ line, channels }, at) => {
    const first = lockBoards.findIndex(each => each.line === line)
    return when(
      lockBoards[first]?.channels !== channels,
      `/lockBoards/${at}/channels`,
      `同一线路的锁控板路数须相同（与 /lockBoards/${first} 不同）/ ` +
        `all boards of a line must have as many channels (unlike /lockBoards/${first})`,
    )
  }),
  ...drawers.flatMap(({ lock: plan }, at) => {
    if (plan.driver !== 'locks-8a') return []
    const { line, board, lock } = plan
    const own = lockBoards.find(each => each.line === line && each.board === board)
    return own === undefined
      ? when(
          true,
          `/drawers/${at}/lock/board`,
          '锁控板未在 lockBoards 登记 / board is not listed in lockBoards',
        )
      : when(
          lock > own.channels,
          `/drawers/${at}/lock/lock`,
          `这块锁控板只有 ${own.channels} 路 / this board has ${own.channels} channels`,
        )
  }),
]

const coldPoints = ({ drawers, thermometers }: CabinetPlan): readonly PlanProblem[] => {
  const known = new Set(thermometers.map(({ id }) => id))
  return [
    ...drawers.flatMap(({ cold }, at) =>
      when(
        cold !== undefined && !known.has(cold),
        `/drawers/${at}/cold`,
        '没有这个温度计 / no such thermometer',
      ),
    ),
    ...thermometers.flatMap(({ low, high }, at) =>
      when(low >= high, `/thermometers/${at}`, '下限必须低于上限 / low must be below high'),
    ),
  ]
}

const returnPlaces = ({ drawers }: CabinetPlan): readonly PlanProblem[] => {
  const first = drawers.findIndex(({ role }) => role === 'return')
  return drawers.flatMap(({ role }, at) =>
    when(
      role === 'return' && at !== first,
      `/drawers/${at}/role`,
      `只能有一个退药存放处，已有 /drawers/${first} / there is one return place, it is /drawers/${first}`,
    ),
  )
}

const NO_DAY = '没有这一天 / there is no such day'

const dates = (plan: CabinetPlan): readonly PlanProblem[] => [
  ...calibratedDevices(plan).flatMap(({ path, calibration }) => {
    if (calibration === undefined) return []
    const { on, expires } = calibration
    const at = `${path}/calibration`
    return [
      ...when(!isDay(on), `${at}/on`, NO_DAY),
      ...when(!isDay(expires), `${at}/expires`, NO_DAY),
      ...when(expires < on, `${at}/expires`, '到期早于校准日期 / expires before it was made'),
    ]
  }),
  ...plan.drawers.flatMap(({ reference, proved }, at) =>
    [
      [`/drawers/${at}/reference/on`, reference?.on],
      [`/drawers/${at}/proved/lock`, proved?.lock],
      [`/drawers/${at}/proved/noZeroTracking`, proved?.noZeroTracking],
    ].flatMap(([path = '', day]) => when(day !== undefined && !isDay(day), path, NO_DAY)),
  ),
]

const loadCells = ({ drawers }: CabinetPlan): readonly PlanProblem[] =>
  drawers.flatMap(({ scale }, at) =>
    when(
      scale.driver === 'hx711' && scale.countsPerGram === 0,
      `/drawers/${at}/scale/countsPerGram`,
      '不能为 0 / must not be 0',
    ),
  )

/** What is wrong between the parts of a plan, each of which has the right shape; all of it at once. */
export const crossProblems = (plan: CabinetPlan): readonly PlanProblem[] =>
  [uniqueness, lineUse, boardsOf8a, coldPoints, returnPlaces, dates, loadCells, coldRuleProblems].flatMap(
    check => check(plan),
  )
