import type { Logger } from 'pino'
import type { AlarmView, NoticeView } from '#cloud-sync/contract/edge-alarms.ts'
import { DAY } from '#domain/time.ts'
import type { SmsModem } from '#hardware/ports.ts'
import type { EdgeClock } from '../clock.ts'
import type { AgentConfig } from '../config.ts'
import type { Database } from '../journal/database.ts'
import type { Journal } from '../journal/journal.ts'
import type { Alarms } from './alarms.ts'
import { createCentreChannel } from './centre-channel.ts'
import { createDelivery } from './delivery.ts'
import { createOutbox, type Notice, type Outbox } from './outbox.ts'
import { createPlanning } from './planning.ts'
import { type Reach, reachOf, tellReach } from './reach.ts'
import { takeReports } from './reports.ts'
import type { Outgoing } from './senders.ts'
import { createSmsWatch } from './sms-watch.ts'
import { createTestMessages } from './test-messages.ts'

type Options = {
  readonly config: Pick<AgentConfig, 'notify' | 'site' | 'name'>
  readonly db: Database
  readonly journal: Journal
  readonly alarms: Alarms
  readonly clock: EdgeClock
  readonly log: Logger
  readonly sms?: SmsModem | undefined
  /** What is measured now where this alarm is, in words. */
  readonly measured: (alarm: AlarmView) => string | undefined
  readonly onChange: () => void
}

const CLOSE_MS = 2_000
const SHOWN = 200

const viewOf = ({ step: _s, again: _a, raisedAt: _r, refs: _f, ...notice }: Notice): NoticeView => notice

const raiseGivenUp = (alarms: Alarms, { channel, level, target, code }: Notice): void => {
  if (level === 'warning') return
  alarms.raise({
    id: `notify-failed-${channel}`,
    kind: 'notify-failed',
    level: 'warning',
    zh: `报警消息未能送达 ${target}（${code ?? '结果不明'}）`,
    en: `a message of an alarm did not reach ${target} (${code ?? 'outcome unknown'})`,
  })
}

const outgoing = ({ config, alarms }: Options, notice: Notice): Outgoing => {
  const alarm = alarms.find(notice.alarm)
  return {
    ...notice,
    kind: alarm?.kind ?? notice.alarm,
    words: alarm?.text ?? { zh: notice.text, en: notice.text },
    // Numbers begin again when all were forgotten: the time tells them apart.
    key: `${config.site}-${notice.id}-${Date.parse(notice.at).toString(36)}`,
    site: config.site,
    siteName: config.name,
  }
}

type Watch = ReturnType<typeof createSmsWatch>

const deliveryOf = (
  options: Options,
  { outbox, reach, watch }: { outbox: Outbox; reach: Reach; watch: Watch | undefined },
) => {
  const { alarms, clock, log, onChange } = options
  return createDelivery({
    outbox,
    clock,
    senders: reach.senders,
    prepare: notice => outgoing(options, notice),
    onSent: channel => {
      if (channel === 'sms') watch?.worked()
      alarms.clear(`notify-failed-${channel}`)
    },
    onFailed: (channel, error) => {
      if (channel === 'sms') watch?.failed(error)
      log.warn({ err: error, channel }, 'a message did not go out')
    },
    onGivenUp: notice => raiseGivenUp(alarms, outbox.get(notice.id) ?? notice),
    onChange,
    onError: error => log.error({ err: error }, 'messages stopped unexpectedly, trying again'),
  })
}

/**
 * Tells people of alarms without any screen: plans what is due, keeps it over a restart, carries it out and writes down what
 * became of it. `tick` regularly; once started, every change of an alarm starts it too.
 */
export const createNotifier = (options: Options) => {
  const { config, db, journal, alarms, clock, sms, measured, onChange } = options
  const outbox = createOutbox({ db, journal, clock })
  const reach = reachOf({ config: config.notify, sms, clock })
  const watch = sms && createSmsWatch(sms, alarms)
  const delivery = deliveryOf(options, { outbox, reach, watch })
  const siteName = config.name
  const parts = { siteName, journal, clock, outbox }
  const plan = createPlanning({ ...parts, rules: reach.rules, alarms, measured })
  const sendTest = createTestMessages({ ...parts, targets: reach.rules.targets })
  const tellCentre = createCentreChannel({ db, journal, outbox })
  const stopReports = sms?.onReport(takeReports(outbox, onChange))
  let closed = false
  let prunedAt = clock.monotonic()
  let isSoon = false

  const tick = (): void => {
    plan()
    tellCentre()
    outbox.flush()
    delivery.run()
    if (clock.monotonic() - prunedAt < DAY) return
    prunedAt = clock.monotonic()
    outbox.prune()
  }
  const tickSoon = (): void => {
    if (isSoon) return
    isSoon = true
    // After whatever raised it, which may be in the middle of a transaction.
    clock.after(0, () => {
      isSoon = false
      if (!closed) tick()
    })
  }

  return {
    /** What was interrupted, and whether anybody can be told at all. */
    start: (): void => {
      alarms.onChange(tickSoon)
      delivery.recover()
      outbox.prune()
      tellReach(reach, alarms, sms !== undefined)
    },
    tick,
    checkModem: async (): Promise<void> => watch?.check(),
    idle: delivery.idle,
    /** Newest first. */
    list: (alarm?: string): readonly NoticeView[] =>
      (alarm === undefined ? outbox.all() : outbox.of(alarm)).slice(-SHOWN).toReversed().map(viewOf),
    /** A message to everybody. Errors: E_TEST_RUNNING, E_DISK_*. */
    test: (actor: string): readonly NoticeView[] => {
      const sent = sendTest(actor).map(viewOf)
      tickSoon()
      return sent
    },
    /** What is in the modem's hands gets two seconds; after that it is found at the next start. */
    close: async (): Promise<void> => {
      closed = true
      stopReports?.()
      await Promise.race([delivery.idle(), new Promise<void>(resolve => void clock.after(CLOSE_MS, resolve))])
      delivery.close()
      outbox.flush()
    },
  }
}
