import { calibratedDevices, calibrationState, calibrationWords } from './plan-calibration.ts'
import { laxRules } from './plan-cold-check.ts'
import { type PlanProblem, when } from './plan-problem.ts'
import type { CabinetPlan } from './plan-schema.ts'
import { usesOfLines, usesOfPins } from './plan-uses.ts'

/** A lock's coil lets go within this on every board we know, and stays cool. */
const SOUND_PULSE_MS = { min: 300, max: 500 }

/** How far a reference weight may be shown wrong, as a part of it; commissioning refuses more. */
export const REFERENCE_PART = 0.01

const lines = (plan: CabinetPlan): readonly PlanProblem[] => {
  const used = new Set(usesOfLines(plan).map(({ line }) => line))
  return plan.lines.flatMap((line, at) => [
    ...when(
      line.type === 'serial' && /^\/dev\/tty(USB|ACM)\d+$/.test(line.path),
      `/lines/${at}/path`,
      '插拔或重启后编号会变，请用 /dev/serial/by-id/… 或 by-path/… / ' +
        'the number changes when it is replugged: use /dev/serial/by-id/… or by-path/…',
    ),
    ...when(!used.has(line.id), `/lines/${at}`, '没有设备接在这条线路上 / nothing hangs on this line'),
  ])
}

const boards = ({ lockBoards = [], drawers }: CabinetPlan): readonly PlanProblem[] =>
  lockBoards.flatMap(({ line, board }, at) =>
    when(
      !drawers.some(({ lock }) => lock.driver === 'locks-8a' && lock.line === line && lock.board === board),
      `/lockBoards/${at}`,
      '没有抽屉用这块锁控板 / no drawer is on this board',
    ),
  )

/** Pins of the header that the kernel takes for itself when the plan uses what hangs on them. */
const kernelPins = (plan: CabinetPlan): readonly PlanProblem[] => {
  const has = (driver: string): boolean => plan.thermometers.some(each => each.driver === driver)
  const uart = plan.lines.some(
    line => line.type === 'serial' && /^\/dev\/(tty(AMA|S)\d+|serial\d)$/.test(line.path),
  )
  const owners = [
    { by: 'I²C', pins: ['2', '3'], used: has('hwmon') },
    { by: '1-Wire', pins: ['4'], used: has('w1') },
    { by: 'UART', pins: ['14', '15'], used: uart },
  ]
  return usesOfPins(plan).flatMap(({ path, key }) => {
    const owner = owners.find(({ pins, used }) => used && pins.includes(key))
    return when(
      owner !== undefined,
      path,
      `这个引脚通常归 ${owner?.by} 用 / this pin usually belongs to ${owner?.by}`,
    )
  })
}

const drawers = ({ drawers: all }: CabinetPlan): readonly PlanProblem[] =>
  all.flatMap(({ pulseMs, reference, proved }, at) => {
    const { min, max } = SOUND_PULSE_MS
    return [
      ...when(
        pulseMs < min || pulseMs > max,
        `/drawers/${at}/pulseMs`,
        `脉冲宜为 ${min}–${max} 毫秒 / a pulse of ${min}–${max} ms is sound`,
      ),
      ...when(
        proved?.lock === undefined,
        `/drawers/${at}`,
        '未证实锁与传感器，请运行 yaogui commission / lock and sensor are not proved: run yaogui commission',
      ),
      ...when(
        proved?.noZeroTracking === undefined,
        `/drawers/${at}/scale`,
        '未证实秤不追零 / not proved that the scale does not track zero',
      ),
      ...when(
        reference === undefined,
        `/drawers/${at}`,
        '没有用标准砝码检查过 / never checked with a reference weight',
      ),
      ...when(
        reference !== undefined &&
          Math.abs(reference.shownGrams - reference.grams) > reference.grams * REFERENCE_PART,
        `/drawers/${at}/reference`,
        '示值与砝码相差超过 1 % / more than 1 % off the reference weight',
      ),
    ]
  })

const calibrations = (plan: CabinetPlan, today: string): readonly PlanProblem[] =>
  calibratedDevices(plan).flatMap(device => {
    const words = calibrationWords(device, today)
    return [
      ...when(
        calibrationState(device, today) === 'absent',
        device.path,
        '没有校准记录 / no calibration record',
      ),
      ...(words ? [{ path: `${device.path}/calibration`, message: `${words.zh} / ${words.en}` }] : []),
    ]
  })

const site = ({ mains, beacon, siren }: CabinetPlan): readonly PlanProblem[] => [
  ...when(mains === undefined, '/mains', '没有市电检测，停电不会报警 / a mains failure will not be noticed'),
  ...when(beacon === undefined, '/beacon', '没有报警灯 / no lamp for alarms'),
  ...when(siren === undefined, '/siren', '没有报警声 / no siren for alarms'),
]

/** What is unwise in a valid plan. `today` as YYYY-MM-DD. */
export const planWarnings = (
  plan: CabinetPlan,
  { today }: { readonly today: string },
): readonly PlanProblem[] => [
  ...lines(plan),
  ...boards(plan),
  ...drawers(plan),
  ...kernelPins(plan),
  ...calibrations(plan, today),
  ...laxRules(plan),
  ...site(plan),
]
