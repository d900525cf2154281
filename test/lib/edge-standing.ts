/** What stands open, dark or low for too long, seen as its ports tell of it. */
import { createAlarms } from '#edge/alarms/alarms.ts'
import { createBatteryWatch } from '#edge/alarms/battery.ts'
import { createFridgeDoors } from '#edge/alarms/fridge-doors.ts'
import { createMains } from '#edge/alarms/mains.ts'
import { causeAt } from '#edge/cold-chain/causes.ts'
import { createWatch } from '#edge/dispensing/watch.ts'
import type { TestJournal } from './edge-own-journal.ts'

/** All well; a test turns it for the worse. */
export const quietWorld = () => ({
  door: 'closed' as 'open' | 'closed',
  drawer: 'closed' as 'open' | 'closed',
  mains: 'present' as 'present' | 'absent',
  battery: { low: false, percent: 80 } as { low: boolean; percent?: number },
  deaf: false,
})
export type World = ReturnType<typeof quietWorld>

export type Patience = {
  readonly doorMinutes?: number
  readonly powerMinutes?: number
  readonly noDoor?: boolean
  readonly noDrawer?: boolean
}

/** Ports as this world answers them. */
const portsOf = (seen: World) => {
  const port = <T>(read: () => T) => ({
    state: async () => {
      if (seen.deaf) throw new Error('no answer')
      return read()
    },
    onChange: () => () => {},
  })
  return {
    door: port(() => seen.door),
    drawer: port(() => seen.drawer),
    mains: port(() => seen.mains),
    battery: port(() => seen.battery),
  }
}

/** What of the agent watches things that must not last, as it is put together at each start. */
export const startWatching = (
  held: TestJournal,
  seen: World,
  { doorMinutes, powerMinutes, noDoor = false, noDrawer = false }: Patience = {},
) => {
  const alarms = createAlarms(held)
  const { clock } = held
  const ports = portsOf(seen)
  const doors = createFridgeDoors({
    ...{ ...held, alarms, minutes: doorMinutes, onChange: () => {} },
    doors: noDoor ? undefined : new Map([['F1', { ...ports.door, name: '1号冰箱' }]]),
  })
  const mains = createMains({ ...held, alarms, mains: ports.mains, minutes: powerMinutes })
  const battery = createBatteryWatch({ alarms, clock, battery: ports.battery })
  const watch = createWatch({
    ...{ ...held, alarms, minutes: doorMinutes },
    hardware: { drawers: noDrawer ? new Map() : new Map([['D01', { lock: ports.drawer } as never]]) },
    expectedOpen: () => 'D01',
    onTamper: () => {},
  })
  const tick = async () => {
    await Promise.all([doors.poll(), mains.poll(), battery.poll(), watch.sweep()])
  }
  const cause = causeAt({ mains, drawers: new Map(), isOpen: watch.isOpen, doors }, 'F1')
  return {
    alarms,
    doors,
    battery,
    cause,
    tick,
    /** Each second as the agent does it, coarser to spare the test's time. */
    pass: async (ms: number) => {
      clock.pass(ms)
      await tick()
    },
    open: () =>
      alarms.list().flatMap(({ id, level, clearedAt }) => (clearedAt === null ? [[id, level]] : [])),
  }
}

/** What its journal says of one kind, oldest first. */
export const journaledIn = ({ journal }: TestJournal, kind: string) =>
  journal
    .read(0, 1_000)
    .filter(record => record.kind === kind)
    .map(({ data }) => JSON.parse(data))

/** How often this alarm was raised. */
export const alarmedIn = (held: TestJournal, id: string): number =>
  journaledIn(held, 'alarm.raised').filter(({ alarm }) => alarm === id).length
