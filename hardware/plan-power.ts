import Type from 'typebox'
import { DebounceMs, driver, Pin, said, strict } from './plan-parts.ts'

const level = (preset: 'high' | 'low', zh: string, en: string) =>
  Type.Union([Type.Literal('high'), Type.Literal('low')], { default: preset, ...said(zh, en) })

/** A name below `powerSupplyRoot`: no folder above it. */
const supply = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$',
  ...said('供电设备名，见 `powerSupplyRoot`', 'name of the power supply below `powerSupplyRoot`'),
})

/** A contact that opens with the door reads high by the pin's pull-up, and so does a broken wire: it is told, not missed. */
export const DoorPlan = Type.Object(
  {
    driver: driver('gpio'),
    pin: Pin('冰箱门磁', 'contact of the refrigerator’s own door'),
    openWhen: level('high', '门开时的电平', 'level while the door is open'),
    debounceMs: DebounceMs,
  },
  strict,
)

export const MainsPlan = Type.Union([
  Type.Object(
    {
      driver: driver('gpio'),
      pin: Pin('市电继电器', 'relay of the mains'),
      presentWhen: level('low', '有市电时的电平', 'level while the mains are there'),
      debounceMs: DebounceMs,
    },
    strict,
  ),
  // `online` of a charger or a UPS that the kernel knows.
  Type.Object({ driver: driver('power-supply'), device: supply }, strict),
])

export const BatteryPlan = Type.Union([
  // The dry contact of a UPS.
  Type.Object(
    {
      driver: driver('gpio'),
      pin: Pin('UPS 电量低触点', 'contact of a UPS whose battery is low'),
      lowWhen: level('low', '电量低时的电平', 'level while the battery is low'),
      debounceMs: DebounceMs,
    },
    strict,
  ),
  Type.Object(
    {
      driver: driver('power-supply'),
      device: supply,
      lowPercent: Type.Integer({
        minimum: 5,
        maximum: 90,
        default: 20,
        ...said('电量不高于此值为低', 'low at this charge and below', '%'),
      }),
    },
    strict,
  ),
])

/** The plan's own; without them the presets of `domain/cold-chain/standing.ts` hold. */
export const DoorMinutes = Type.Integer({
  minimum: 1,
  maximum: 60,
  default: 5,
  ...said('门或抽屉开多久报警', 'how long a door or drawer may stand open', 'min'),
})

export const PowerMinutes = Type.Integer({
  minimum: 1,
  maximum: 1_440,
  default: 60,
  ...said('停电多久须查看药品', 'how long without mains until the goods have to be looked at', 'min'),
})
