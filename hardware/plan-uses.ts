import type { CabinetPlan } from './plan-schema.ts'

/** A thing of the plan that takes something of which there is one: a wire, a pin, an address. */
export type Use = { readonly path: string; readonly key: string }

/** A device on a line; `driver` is the protocol it speaks. */
export type OnLine = { readonly path: string; readonly line: string; readonly driver: string }

type Drawer = CabinetPlan['drawers'][number]

/** All that hangs on a line: locks before scales, as a person would wire them. */
export const usesOfLines = (plan: CabinetPlan): readonly OnLine[] => {
  const { drawers, lockBoards = [], thermometers, scanners = [], smsModem } = plan
  return [
    ...drawers.flatMap(({ lock }, at) =>
      lock.driver === 'gpio' ? [] : [{ ...lock, path: `/drawers/${at}/lock/line` }],
    ),
    ...lockBoards.map(({ line }, at) => ({ path: `/lockBoards/${at}/line`, line, driver: 'locks-8a' })),
    ...drawers.flatMap(({ scale }, at) =>
      scale.driver === 'hx711' ? [] : [{ ...scale, path: `/drawers/${at}/scale/line` }],
    ),
    ...thermometers.flatMap((each, at) =>
      each.driver === 'yaogui-board' ? [{ ...each, path: `/thermometers/${at}/line` }] : [],
    ),
    ...scanners.map(({ line }, at) => ({ path: `/scanners/${at}/line`, line, driver: 'scanner' })),
    ...(smsModem ? [{ path: '/smsModem/line', line: smsModem.line, driver: 'sms-modem' }] : []),
  ]
}

export const usesOfPins = ({
  drawers,
  thermometers,
  beacon,
  siren,
  mains,
  battery,
}: CabinetPlan): readonly Use[] => {
  const pin = (path: string, number: number): Use => ({ path, key: String(number) })
  return [
    ...drawers.flatMap(({ lock }, at) =>
      lock.driver === 'gpio'
        ? [pin(`/drawers/${at}/lock/pin`, lock.pin), pin(`/drawers/${at}/lock/contactPin`, lock.contactPin)]
        : [],
    ),
    ...(beacon ? [pin('/beacon/pin', beacon.pin)] : []),
    ...(siren ? [pin('/siren/pin', siren.pin)] : []),
    ...(mains?.driver === 'gpio' ? [pin('/mains/pin', mains.pin)] : []),
    ...(battery?.driver === 'gpio' ? [pin('/battery/pin', battery.pin)] : []),
    ...thermometers.flatMap((each, at) =>
      each.driver !== 'replay' && each.door ? [pin(`/thermometers/${at}/door/pin`, each.door.pin)] : [],
    ),
  ]
}

/** Locks of boards; those on pins are `usesOfPins`. */
export const usesOfLocks = ({ drawers }: CabinetPlan): readonly Use[] =>
  drawers.flatMap(({ lock }, at) =>
    lock.driver === 'gpio'
      ? []
      : [{ path: `/drawers/${at}/lock`, key: `${lock.line} ${lock.board} ${lock.lock}` }],
  )

const scaleKey = (scale: Drawer['scale']): string => {
  switch (scale.driver) {
    case 'modbus-scale':
      return `${scale.line} ${scale.address}`
    case 'mt-sics':
      return `${scale.line} only`
    case 'yaogui-board':
      return `${scale.line} ${scale.board} ${scale.channel}`
    case 'hx711':
      return scale.device
  }
}

export const usesOfScales = ({ drawers }: CabinetPlan): readonly Use[] =>
  drawers.map(({ scale }, at) => ({ path: `/drawers/${at}/scale`, key: scaleKey(scale) }))

const sensorKey = (thermometer: CabinetPlan['thermometers'][number]): string => {
  switch (thermometer.driver) {
    case 'yaogui-board':
      return `${thermometer.line} ${thermometer.board} ${thermometer.channel}`
    case 'replay':
      return `replay ${thermometer.file}`
    case 'w1':
    case 'hwmon':
      return `${thermometer.driver} ${thermometer.device}`
  }
}

export const usesOfSensors = ({ thermometers }: CabinetPlan): readonly Use[] =>
  thermometers.map((each, at) => ({ path: `/thermometers/${at}`, key: sensorKey(each) }))

/** Ports and addresses behind the lines. */
export const usesOfPorts = ({ lines }: CabinetPlan): readonly Use[] =>
  lines.map((each, at) =>
    each.type === 'serial'
      ? { path: `/lines/${at}/path`, key: each.path }
      : { path: `/lines/${at}`, key: `${each.host}:${each.port}` },
  )
