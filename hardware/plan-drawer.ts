import Type from 'typebox'
import { modbusScaleModels } from '#firmware-bridge/protocols/modbus-scale/models.ts'
import { Calibration, Day, DebounceMs, driver, Id, OnLine, onBoard, Pin, said, strict } from './plan-parts.ts'
import { MAX_PULSE_MS, MIN_PULSE_MS } from './ports.ts'

const boardLock = <D extends string>(name: D, board: readonly [number, number], locks: number) =>
  Type.Object(
    {
      driver: driver(name),
      line: OnLine,
      board: Type.Integer({ minimum: board[0], maximum: board[1], ...said('板号', 'board number') }),
      lock: Type.Integer({ minimum: 1, maximum: locks, ...said('锁号，从 1 起', 'lock number, from 1') }),
    },
    strict,
  )

const LockPlan = Type.Union([
  boardLock('kerong-cu48', [0, 9], 48),
  boardLock('kerong-cu16', [0, 15], 16),
  boardLock('locks-8a', [1, 32], 32),
  boardLock('yaogui-board', [1, 31], 16),
  // A coil on a pin of the Pi itself.
  Type.Object(
    {
      driver: driver('gpio'),
      pin: Pin('线圈，高电平吸合', 'coil, high while it pulls'),
      contactPin: Pin('锁舌开关，高电平为断开', 'hook switch, high while it is open'),
      debounceMs: DebounceMs,
    },
    strict,
  ),
])

const ScalePlan = Type.Union([
  Type.Object(
    {
      driver: driver('modbus-scale'),
      line: OnLine,
      address: Type.Integer({ minimum: 1, maximum: 247, ...said('Modbus 地址', 'Modbus address') }),
      model: Type.Optional(
        Type.Enum([...modbusScaleModels], said('型号，决定寄存器表', 'product, whose register map it has')),
      ),
    },
    strict,
  ),
  // It has no address: one scale a line.
  Type.Object({ driver: driver('mt-sics'), line: OnLine }, strict),
  Type.Object({ driver: driver('yaogui-board'), ...onBoard }, strict),
  Type.Object(
    {
      driver: driver('hx711'),
      device: Type.String({
        pattern: '^iio:device[0-9]{1,3}$',
        ...said('`iioRoot` 下的设备目录', 'folder of the device below `iioRoot`'),
      }),
      zero: Type.Integer({
        minimum: 0,
        maximum: 0xff_ff_ff,
        ...said(
          '空抽屉的读数，调试时测定',
          'reading of the empty drawer, found at commissioning',
          '码 / counts',
        ),
      }),
      countsPerGram: Type.Number(
        said('每克的码数，可为负，调试时测定', 'may be negative; found at commissioning', '码/g / counts/g'),
      ),
    },
    strict,
  ),
])

const Reference = Type.Object(
  {
    grams: Type.Number({ exclusiveMinimum: 0, ...said('放上的砝码', 'weight put on', 'g') }),
    shownGrams: Type.Number(
      said('秤的示值（减去空抽屉）', 'what the scale said, less the empty drawer', 'g'),
    ),
    on: Day('日期', 'when'),
  },
  { ...strict, ...said('标准砝码检查', 'check with a reference weight') },
)

/** What `yaogui commission` proved and on which day; without an entry the step is still to be done. */
const Proved = Type.Object(
  {
    lock: Type.Optional(Day('开关一次，锁、抽屉、传感器相符', 'lock, drawer and sensor agreed in one cycle')),
    noZeroTracking: Type.Optional(Day('秤不自动追零', 'the scale does not track zero')),
  },
  { ...strict, ...said('调试已证实', 'proved at commissioning') },
)

export const DrawerPlan = Type.Object(
  {
    id: Id('抽屉编号', 'id of the drawer'),
    lock: LockPlan,
    // Disputed between deliveries of one board.
    closedWhen: Type.Union([Type.Literal('hook-closed'), Type.Literal('hook-open')], {
      default: 'hook-closed',
      ...said('抽屉关好时传感器的说法', 'what the switch says when the drawer is shut'),
    }),
    scale: ScalePlan,
    pulseMs: Type.Integer({
      minimum: MIN_PULSE_MS,
      maximum: MAX_PULSE_MS,
      default: 400,
      ...said('开锁脉冲', 'length of the unlocking pulse', 'ms'),
    }),
    cold: Type.Optional(Id('看管这个抽屉的温度计', 'the thermometer that watches over its goods')),
    role: Type.Optional(
      Type.Union(
        [Type.Literal('stock'), Type.Literal('return')],
        said(
          '用途：库存（缺省）或退药存放处',
          'what it is for: stock (if absent) or the locked return place',
        ),
      ),
    ),
    proved: Type.Optional(Proved),
    reference: Type.Optional(Reference),
    calibration: Type.Optional(Calibration),
  },
  strict,
)

/** A board of 8A kind does not tell what it is. It stands here once, so that two of its locks cannot disagree. */
export const LockBoardPlan = Type.Object(
  {
    line: OnLine,
    board: Type.Integer({ minimum: 1, maximum: 32, ...said('板号', 'board number') }),
    channels: Type.Union(
      [Type.Literal(16), Type.Literal(24), Type.Literal(32)],
      said('路数', 'number of channels'),
    ),
    sensor: Type.Union(
      [Type.Literal('shorts-when-closed'), Type.Literal('shorts-when-open')],
      said('反馈线何时短接', 'when the feedback wires of its locks are shorted'),
    ),
  },
  strict,
)
