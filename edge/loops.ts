import { localTopics } from '#cloud-sync/contract/topics.ts'
import { type ColdPlace, placeOf } from '#domain/cold-chain/place.ts'
import { codeOf } from '#domain/error.ts'
import { MINUTE, SECOND } from '#domain/time.ts'
import type { Agent } from './agent.ts'
import { createLocalAlarm } from './alarms/on-the-spot.ts'
import { SMS_CHECK_MS } from './alarms/sms-watch.ts'
import type { LocalBroker } from './broker/broker.ts'
import { every } from './clock.ts'
import { causeAt } from './cold-chain/causes.ts'
import { createEarlyWarning, type EarlyWarning } from './cold-chain/early.ts'
import { forgetGone } from './cold-chain/gone.ts'
import { createHumidityWatch } from './cold-chain/humidity.ts'
import { createMonitor, type Monitor } from './cold-chain/monitor.ts'
import { readPatiently } from './cold-chain/patience.ts'
import { replay, replayInterval } from './cold-chain/replay.ts'
import type { EdgeHardware } from './hardware.ts'
import { snapshot } from './telemetry/live.ts'

const WATCH_MS = SECOND
const LIVE_MS = 5 * SECOND
const BATTERY_MS = 10 * SECOND
/** What is due by the clock alone: steps, reminders, another try. */
const MESSAGES_MS = 2 * SECOND

type Replayed = ColdPlace & {
  readonly id: string
  readonly name: string
  readonly file: string
}

type Options = {
  readonly agent: Agent
  readonly hardware: EdgeHardware
  readonly broker: LocalBroker
  readonly replays: readonly Replayed[]
  readonly publishLive: (snapshot: object) => void
}

/** One monitor a thermometer, live and replayed ones; each reading goes to the local broker too. */
export const createMonitors = async ({ agent, hardware, broker, replays }: Options) => {
  const { db, journal, alarms, history, clock, config, changes, mains, fridgeDoors, coldBoard, watch } = agent
  const topics = localTopics(config.site)
  const monitor = (
    point: ColdPlace & { id: string; name: string; intervalMs: number; early?: EarlyWarning },
  ): Monitor => {
    const { id, name } = point
    return createMonitor({
      db,
      journal,
      alarms,
      history,
      clock,
      site: config.site,
      ...point,
      onReading: reading => {
        if (reading.source === 'replay') return
        changes.tell('temperatures')
        const celsius = reading.ok ? reading.celsius : null
        broker.publish(topics.temperature(id), {
          thermometer: id,
          name,
          celsius,
          quality: reading.ok ? 'good' : 'bad',
          at: reading.at.toISOString(),
        })
      },
    })
  }
  const live = [...hardware.thermometers].map(([id, { name, low, high, ...place }]) =>
    monitor({
      ...placeOf({ low, high, ...place }),
      ...{ id, name, intervalMs: config.sampleSeconds * SECOND },
      early: createEarlyWarning({
        ...{ db, alarms, board: coldBoard, id, name, low, high },
        cause: causeAt({ mains, drawers: hardware.drawers, isOpen: watch.isOpen, doors: fridgeDoors }, id),
      }),
    }),
  )
  const replayed = []
  for (const { file, id, name, ...place } of replays)
    replayed.push({
      file,
      monitor: monitor({ id, name, ...placeOf(place), intervalMs: await replayInterval(file) }),
      progress: { readings: 0 },
    })
  const replayedIds = replays.map(({ id }) => id)
  const { thermometers, hygrometers = new Map<string, unknown>() } = hardware
  forgetGone(alarms, new Set([...thermometers.keys(), ...hygrometers.keys(), ...replayedIds]))
  return { live, replayed }
}

type Monitors = Awaited<ReturnType<typeof createMonitors>>

/** Each hygrometer once a minute. */
const humidityLoops = ({ agent, hardware }: Options) =>
  [...(hardware.hygrometers ?? [])].map(([id, { name, limits, humidity }]) => {
    const { journal, alarms, clock } = agent
    const take = createHumidityWatch({ id, name, limits, journal, alarms, clock })
    return { name: `humidity ${id}`, task: async () => take(await humidity()) }
  })

/** What the agent does by itself as long as it runs. Returns how to end it. */
export const startLoops = (options: Options, monitors: Monitors): (() => Promise<void>) => {
  const { agent, hardware, publishLive } = options
  const { clock, log, config, watch, alarms, stock, mains, notifier, spotTest } = agent
  const loop = (name: string, ms: number, task: () => Promise<void> | void, from: 'end' | 'begin' = 'end') =>
    every(clock, {
      ...{ ms, from, task },
      onError: error => log.error({ err: error, code: codeOf(error), loop: name }, 'loop failed'),
    })
  notifier.start()
  const loops = [
    loop('watch', WATCH_MS, watch.sweep),
    loop('refrigerator doors', WATCH_MS, agent.fridgeDoors.poll),
    loop('battery', BATTERY_MS, agent.battery.poll),
    loop('supply', MINUTE, agent.supply.check),
    loop('drift', MINUTE, agent.drift.sample),
    loop('age of the orders', MINUTE, () => void agent.ordersAge()),
    loop('local alarm', WATCH_MS, createLocalAlarm({ alarms, hardware, mains, testing: spotTest.running })),
    loop('alarm messages', MESSAGES_MS, notifier.tick),
    loop('modem', SMS_CHECK_MS, notifier.checkModem),
    ...humidityLoops(options).map(({ name, task }) => loop(name, MINUTE, task)),
    loop('live', LIVE_MS, () =>
      publishLive(
        snapshot({
          ...{ site: config.site, clock, monitors: monitors.live, stock, alarms },
          drawers: hardware.drawers,
        }),
      ),
    ),
    ...monitors.live.map(monitor => {
      const thermometer = hardware.thermometers.get(monitor.id)
      const read = thermometer && readPatiently(thermometer, clock)
      const sample = async (): Promise<void> => {
        const reading = await read?.()
        if (reading) await monitor.take(reading)
      }
      // Measured each minute at least (GSP 附录3), however long a full bus takes.
      return loop(`temperature ${monitor.id}`, config.sampleSeconds * SECOND, sample, 'begin')
    }),
  ]
  for (const { file, monitor, progress } of monitors.replayed)
    replay(file, monitor, () => {
      progress.readings += 1
    }).then(
      () => log.info({ file, ...progress }, 'replayed a logger’s export'),
      error => log.error({ err: error, file }, 'the replay failed'),
    )
  return async () => {
    for (const stop of loops) await stop()
    await notifier.close()
  }
}
