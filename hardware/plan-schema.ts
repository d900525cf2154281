import Type from 'typebox'
import { coldRule } from './plan-cold.ts'
import { DrawerPlan, LockBoardPlan } from './plan-drawer.ts'
import { Calibration, driver, Id, OnLine, onBoard, Pin, said, strict, Text } from './plan-parts.ts'
import { BatteryPlan, DoorMinutes, DoorPlan, MainsPlan, PowerMinutes } from './plan-power.ts'

const line = {
  id: Id('线路编号', 'id of the line'),
  echo: Type.Optional(Type.Boolean(said('适配器会送回发出的字节', 'the adapter repeats what is sent to it'))),
}

const LinePlan = Type.Union([
  Type.Object(
    {
      ...line,
      type: Type.Literal('tcp', said('线路类型', 'kind of line')),
      host: Text('串口服务器地址', 'address of the serial server'),
      port: Type.Integer({ minimum: 1, maximum: 65_535, ...said('端口', 'port') }),
    },
    strict,
  ),
  Type.Object(
    {
      ...line,
      type: Type.Literal('serial', said('线路类型', 'kind of line')),
      path: Text('串口，宜用 /dev/serial/by-id/…', 'serial port, best /dev/serial/by-id/…'),
      baudRate: Type.Integer({
        minimum: 1_200,
        maximum: 921_600,
        ...said('波特率，8N1', 'baud rate, 8N1', 'Bd'),
      }),
    },
    strict,
  ),
])

const celsius = (zh: string, en: string) =>
  Type.Number({ minimum: -100, maximum: 100, ...said(zh, en, '°C') })

const percent = (zh: string, en: string) => Type.Number({ minimum: 0, maximum: 100, ...said(zh, en, '%RH') })

const cold = {
  id: Id('温度计编号', 'id of the thermometer'),
  name: Text('名称，给人看', 'name, for people'),
  low: celsius('下限（含）', 'lowest that is in range'),
  high: celsius('上限（含）', 'highest that is in range'),
  offset: Type.Optional(
    Type.Number({
      minimum: -2,
      maximum: 2,
      ...said('证书给出的修正值，加在读数上', 'correction by its certificate, added to what it says', '°C'),
    }),
  ),
  calibration: Type.Optional(Calibration),
  ...coldRule,
}

/** Of a place that is there: a played file has no door. */
const live = { ...cold, door: Type.Optional(DoorPlan) }

const ThermometerPlan = Type.Union([
  Type.Object(
    {
      ...live,
      driver: driver('w1'),
      device: Type.String({ pattern: '^28-[0-9a-f]{12}$', ...said('DS18B20 序列号', 'id of the DS18B20') }),
    },
    strict,
  ),
  // SHT3x or SHT4x; also a hygrometer.
  Type.Object(
    {
      ...live,
      driver: driver('hwmon'),
      device: Type.String({
        pattern: '^[0-9]{1,2}-00[0-9a-f]{2}$',
        ...said('I²C 地址，如 `1-0044`', 'I²C address, like `1-0044`'),
      }),
      humidity: Type.Optional(
        Type.Object(
          { low: percent('湿度下限', 'lowest humidity'), high: percent('湿度上限', 'highest humidity') },
          strict,
        ),
      ),
    },
    strict,
  ),
  Type.Object({ ...live, driver: driver('yaogui-board'), ...onBoard }, strict),
  Type.Object(
    { ...cold, driver: driver('replay'), file: Text('记录仪导出文件', 'a logger’s export, played again') },
    strict,
  ),
])

const output = (zh: string, en: string) =>
  Type.Optional(Type.Object({ driver: driver('gpio'), pin: Pin(zh, en) }, strict))

const root = (path: string, zh: string, en: string) =>
  Type.String({ minLength: 1, default: path, ...said(zh, en) })

/** The one place of every field's type, limits, default and meaning; docs/cabinet-plan.md is made from it. */
export const cabinetPlanSchema = Type.Object(
  {
    version: Type.Literal(1, said('格式版本', 'version of the format')),
    lines: Type.Array(LinePlan),
    lockBoards: Type.Optional(Type.Array(LockBoardPlan)),
    drawers: Type.Array(DrawerPlan),
    thermometers: Type.Array(ThermometerPlan),
    scanners: Type.Optional(
      Type.Array(Type.Object({ id: Id('扫码器编号', 'id of the scanner'), line: OnLine }, strict)),
    ),
    smsModem: Type.Optional(
      Type.Object(
        {
          line: OnLine,
          pin: Type.Optional(
            Type.String({ pattern: '^[0-9]{4,8}$', ...said('SIM 卡 PIN', 'PIN of the SIM card') }),
          ),
        },
        strict,
      ),
    ),
    beacon: output('报警灯', 'lamp of the local alarm'),
    siren: output('报警声', 'siren of the local alarm'),
    mains: Type.Optional(MainsPlan),
    battery: Type.Optional(BatteryPlan),
    doorMinutes: Type.Optional(DoorMinutes),
    powerMinutes: Type.Optional(PowerMinutes),
    w1Root: root('/sys/bus/w1/devices', '1-Wire 设备目录', 'where 1-Wire devices are'),
    hwmonRoot: Type.Optional(root('/sys/class/hwmon', 'hwmon 设备目录', 'where hwmon devices are')),
    iioRoot: Type.Optional(root('/sys/bus/iio/devices', 'IIO 设备目录', 'where IIO devices are')),
    gpioRoot: Type.Optional(root('/sys/class/gpio', 'GPIO 目录', 'where the GPIO chips are')),
    powerSupplyRoot: Type.Optional(
      root('/sys/class/power_supply', '供电设备目录', 'where the kernel’s power supplies are'),
    ),
  },
  strict,
)

/** The cabinet plan with its defaults filled in. */
export type CabinetPlan = Type.Static<typeof cabinetPlanSchema>
