import type { CabinetPlan } from './plan-schema.ts'

type Drawer = CabinetPlan['drawers'][number]
type Lock = Drawer['lock']
type Scale = Drawer['scale']
type Thermometer = CabinetPlan['thermometers'][number]

const LOCKS: { readonly [D in Lock['driver']]: (lock: number) => Lock } = {
  'kerong-cu48': lock => ({ driver: 'kerong-cu48', line: 'locks', board: 0, lock }),
  'kerong-cu16': lock => ({ driver: 'kerong-cu16', line: 'locks', board: 0, lock }),
  'locks-8a': lock => ({ driver: 'locks-8a', line: 'locks', board: 1, lock }),
  'yaogui-board': lock => ({ driver: 'yaogui-board', line: 'board', board: 1, lock }),
  gpio: lock => ({ driver: 'gpio', pin: 4 + lock, contactPin: 20 + lock, debounceMs: 30 }),
}

const SCALES: { readonly [D in Scale['driver']]: (scale: number) => Scale } = {
  'modbus-scale': address => ({ driver: 'modbus-scale', line: 'scales', address }),
  'mt-sics': number => ({ driver: 'mt-sics', line: `scale-${number}` }),
  'yaogui-board': channel => ({ driver: 'yaogui-board', line: 'board', board: 1, channel }),
  // A factor of the usual size; `yaogui commission` finds the true one.
  hx711: number => ({
    driver: 'hx711',
    device: `iio:device${number - 1}`,
    zero: 0x80_00_00,
    countsPerGram: 400,
  }),
}

const cold = { id: 'F1', name: '1号冰箱', low: 2, high: 8 }

const THERMOMETERS: { readonly [D in Thermometer['driver']]: () => Thermometer } = {
  w1: () => ({ ...cold, driver: 'w1', device: '28-0123456789ab' }),
  hwmon: () => ({ ...cold, driver: 'hwmon', device: '1-0044' }),
  'yaogui-board': () => ({ ...cold, driver: 'yaogui-board', line: 'board', board: 1, channel: 1 }),
  replay: () => ({ ...cold, driver: 'replay', file: 'logger.txt' }),
}

const BAUD: Readonly<Record<string, number>> = { locks: 19_200, board: 115_200 }

/** Every driver, each once. */
export const EXAMPLE_DRIVERS = [
  ...new Set([...Object.keys(LOCKS), ...Object.keys(SCALES), ...Object.keys(THERMOMETERS)]),
]

const lineOf = (thing: object): readonly string[] =>
  'line' in thing && typeof thing.line === 'string' ? [thing.line] : []

const named = <T extends object>(table: T, driver: string | undefined, usual: keyof T & string): T[keyof T] =>
  table[driver !== undefined && driver in table ? (driver as keyof T) : usual]

/** A whole plan of two drawers and a refrigerator, in which this driver is used wherever it can be. */
export const examplePlan = (driver?: string): CabinetPlan => {
  const lock = named(LOCKS, driver, 'kerong-cu48')
  const scale = named(SCALES, driver, 'modbus-scale')
  const thermometer = named(THERMOMETERS, driver, 'w1')()
  const drawers = [1, 2].map(
    (number): Drawer => ({
      id: `D0${number}`,
      lock: lock(number),
      closedWhen: 'hook-closed',
      scale: scale(number),
      pulseMs: 400,
      ...(number === 2 ? { cold: 'F1' } : {}),
    }),
  )
  const used = [
    ...drawers.flatMap(each => [...lineOf(each.lock), ...lineOf(each.scale)]),
    ...lineOf(thermometer),
  ]
  const boards: CabinetPlan['lockBoards'] =
    driver === 'locks-8a'
      ? [{ line: 'locks', board: 1, channels: 16, sensor: 'shorts-when-closed' }]
      : undefined
  return {
    version: 1,
    lines: [...new Set(used)].map((id, at) => ({
      id,
      type: 'serial',
      path: `/dev/serial/by-id/usb-adapter-${at + 1}`,
      baudRate: driver === 'locks-8a' ? 9_600 : (BAUD[id] ?? 9_600),
    })),
    ...(boards ? { lockBoards: boards } : {}),
    drawers,
    thermometers: [thermometer],
    mains: { driver: 'gpio', pin: 17, presentWhen: 'low', debounceMs: 30 },
    beacon: { driver: 'gpio', pin: 18 },
    siren: { driver: 'gpio', pin: 19 },
    w1Root: '/sys/bus/w1/devices',
  }
}
