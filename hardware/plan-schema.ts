import Type from 'typebox'
import { MAX_PULSE_MS, MIN_PULSE_MS } from './ports.ts'

/* Unknown fields are refused: a misspelt `closedWhen` that is silently ignored would turn a sensor round. */
const strict = { additionalProperties: false } as const

/** No '.' or '/': ids end up in MQTT topics. */
const Id = Type.String({ pattern: '^[A-Za-z0-9_-]{1,32}$' })
const Port = Type.Integer({ minimum: 1, maximum: 65_535 })
/** The adapter repeats what is sent to it. */
const Echo = Type.Optional(Type.Boolean())

const LinePlan = Type.Union([
  Type.Object(
    { id: Id, type: Type.Literal('tcp'), host: Type.String({ minLength: 1 }), port: Port, echo: Echo },
    strict,
  ),
  Type.Object(
    {
      id: Id,
      type: Type.Literal('serial'),
      path: Type.String({ minLength: 1 }),
      baudRate: Type.Integer({ minimum: 1_200, maximum: 921_600 }),
      echo: Echo,
    },
    strict,
  ),
])

const lockPlan = <D extends string>(driver: D, board: readonly [number, number], locks: number) =>
  Type.Object(
    {
      driver: Type.Literal(driver),
      line: Id,
      board: Type.Integer({ minimum: board[0], maximum: board[1] }),
      lock: Type.Integer({ minimum: 1, maximum: locks }),
    },
    strict,
  )

const LockPlan = Type.Union([
  lockPlan('kerong-cu48', [0, 9], 48),
  lockPlan('kerong-cu16', [0, 15], 16),
  lockPlan('locks-8a', [1, 32], 32),
])

/**
 * An 8A board, which does not tell what it is. It stands here once and not at each lock, so that two locks of one board
 * cannot disagree.
 */
const LockBoardPlan = Type.Object(
  {
    line: Id,
    board: Type.Integer({ minimum: 1, maximum: 32 }),
    channels: Type.Union([Type.Literal(16), Type.Literal(24), Type.Literal(32)]),
    /** When the feedback wires of its locks are shorted. */
    sensor: Type.Union([Type.Literal('shorts-when-closed'), Type.Literal('shorts-when-open')]),
  },
  strict,
)

const ScalePlan = Type.Union([
  Type.Object(
    { driver: Type.Literal('modbus-scale'), line: Id, address: Type.Integer({ minimum: 1, maximum: 247 }) },
    strict,
  ),
  /** It has no address: one scale a line. */
  Type.Object({ driver: Type.Literal('mt-sics'), line: Id }, strict),
])

const DrawerPlan = Type.Object(
  {
    id: Id,
    lock: LockPlan,
    /** What the switch says when the drawer is shut; disputed between deliveries of one board, proved at commissioning. */
    closedWhen: Type.Union([Type.Literal('hook-closed'), Type.Literal('hook-open')], {
      default: 'hook-closed',
    }),
    scale: ScalePlan,
    pulseMs: Type.Integer({ minimum: MIN_PULSE_MS, maximum: MAX_PULSE_MS, default: 400 }),
    /** The thermometer that watches over this drawer's goods. */
    cold: Type.Optional(Id),
  },
  strict,
)

const cold = {
  id: Id,
  name: Type.String({ minLength: 1 }),
  /** Limits in °C. */
  low: Type.Number({ minimum: -100, maximum: 100 }),
  high: Type.Number({ minimum: -100, maximum: 100 }),
}

const ThermometerPlan = Type.Union([
  Type.Object(
    { ...cold, driver: Type.Literal('w1'), device: Type.String({ pattern: '^28-[0-9a-f]{12}$' }) },
    strict,
  ),
  Type.Object({ ...cold, driver: Type.Literal('replay'), file: Type.String({ minLength: 1 }) }, strict),
])

export const cabinetPlanSchema = Type.Object(
  {
    version: Type.Literal(1),
    lines: Type.Array(LinePlan),
    /** Every 8A board that a lock hangs on. */
    lockBoards: Type.Optional(Type.Array(LockBoardPlan)),
    drawers: Type.Array(DrawerPlan),
    thermometers: Type.Array(ThermometerPlan),
    w1Root: Type.String({ minLength: 1, default: '/sys/bus/w1/devices' }),
  },
  strict,
)

/** The cabinet plan with its defaults filled in. */
export type CabinetPlan = Type.Static<typeof cabinetPlanSchema>
