import type { CabinetPlan } from './plan-schema.ts'

/** One thing wrong with a plan. `path` is a JSON pointer; `message` Chinese first, then English. */
export type PlanProblem = { readonly path: string; readonly message: string }

const when = (wrong: boolean, path: string, message: string): readonly PlanProblem[] =>
  wrong ? [{ path, message }] : []

type Claim = { readonly path: string; readonly key: string }

const repeated = (claims: readonly Claim[], zh: string, en: string): readonly PlanProblem[] => {
  const first = new Map<string, string>()
  return claims.flatMap(({ path, key }) => {
    const before = first.get(key)
    if (before === undefined) first.set(key, path)
    return before === undefined
      ? []
      : [{ path, message: `${zh}（与 ${before} 相同）/ ${en} (same as ${before})` }]
  })
}

const uniqueness = ({ lines, lockBoards = [], drawers, thermometers }: CabinetPlan) => {
  const ids = (list: string, of: readonly { readonly id: string }[]): readonly PlanProblem[] =>
    repeated(
      of.map(({ id }, at) => ({ path: `/${list}/${at}/id`, key: id })),
      '编号重复',
      'id used twice',
    )
  const boards = lockBoards.map(({ line, board }, at) => ({
    path: `/lockBoards/${at}`,
    key: `${line} ${board}`,
  }))
  const locks = drawers.map(({ lock }, at) => ({
    path: `/drawers/${at}/lock`,
    key: `${lock.line} ${lock.board} ${lock.lock}`,
  }))
  const scales = drawers.map(({ scale }, at) => ({
    path: `/drawers/${at}/scale`,
    key: `${scale.line} ${scale.driver === 'mt-sics' ? 'only' : scale.address}`,
  }))
  return [
    ...ids('lines', lines),
    ...ids('drawers', drawers),
    ...ids('thermometers', thermometers),
    ...repeated(boards, '锁控板登记了两次', 'lock board listed twice'),
    ...repeated(locks, '两个抽屉用同一把锁', 'two drawers on one lock'),
    ...repeated(scales, '两个抽屉用同一台秤', 'two drawers on one scale'),
  ]
}

type OnLine = { readonly path: string; readonly line: string; readonly driver: string }

/** All that hangs on a line, locks before scales. */
const onLines = ({ lockBoards = [], drawers }: CabinetPlan): readonly OnLine[] => [
  ...drawers.map(({ lock: { line, driver } }, at) => ({ path: `/drawers/${at}/lock/line`, line, driver })),
  ...lockBoards.map(({ line }, at) => ({ path: `/lockBoards/${at}/line`, line, driver: 'locks-8a' })),
  ...drawers.map(({ scale: { line, driver } }, at) => ({ path: `/drawers/${at}/scale/line`, line, driver })),
]

const lineUse = (plan: CabinetPlan): readonly PlanProblem[] => {
  const known = new Set(plan.lines.map(({ id }) => id))
  const spoken = new Map<string, string>()
  return onLines(plan).flatMap(({ path, line, driver }) => {
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
  ...drawers.flatMap(({ lock: { driver, line, board, lock } }, at) => {
    if (driver !== 'locks-8a') return []
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

/** What is wrong between the parts of a plan, each of which has the right shape; all of it at once. */
export const crossProblems = (plan: CabinetPlan): readonly PlanProblem[] =>
  [uniqueness, lineUse, boardsOf8a, coldPoints].flatMap(check => check(plan))
