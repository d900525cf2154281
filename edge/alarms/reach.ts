import type { NotifyRules, Target } from '#domain/alarms/planner.ts'
import { MINUTE } from '#domain/time.ts'
import type { SmsModem } from '#hardware/ports.ts'
import type { EdgeClock } from '../clock.ts'
import type { Alarms } from './alarms.ts'
import { mailLabel, mailSender } from './mail.ts'
import { ENOUGH_PEOPLE, type NotifyConfig } from './notify-config.ts'
import type { Sender } from './senders.ts'
import { labelOf, smsSender } from './sms.ts'
import { hostOf, webhookSender } from './webhook.ts'

type Options = {
  readonly config: NotifyConfig | undefined
  readonly sms: SmsModem | undefined
  readonly clock: EdgeClock
}

/** So long a cause must be gone before it is told as over. */
const SETTLE_MS = MINUTE

/** The ways to people that the configuration and the cabinet give. */
export type Reach = {
  readonly rules: NotifyRules
  readonly senders: ReadonlyMap<Target['channel'], Sender>
}

const NONE: NotifyConfig = {
  people: [],
  escalationMinutes: 10,
  reminderMinutes: 30,
  spacingMinutes: 10,
}

export const reachOf = ({ config = NONE, sms, clock }: Options): Reach => {
  const { people, webhook, email, quietHours } = config
  const last = Math.max(1, ...people.flatMap(({ steps }) => steps))
  const every = Array.from({ length: last }, (_, at) => at + 1)
  const senders = new Map<Target['channel'], Sender>()
  const targets: Target[] = [{ channel: 'centre', target: 'journal', steps: [1] }]
  if (sms && people.length > 0) {
    senders.set('sms', smsSender(sms, people))
    for (const one of people) targets.push({ channel: 'sms', target: labelOf(one), steps: one.steps })
  }
  if (webhook) {
    senders.set('webhook', webhookSender(webhook, clock))
    targets.push({ channel: 'webhook', target: hostOf(webhook), steps: every })
  }
  if (email) {
    senders.set('email', mailSender(email))
    targets.push({ channel: 'email', target: mailLabel(email), steps: every })
  }
  const rules = {
    targets,
    stepMs: config.escalationMinutes * MINUTE,
    reminderMs: config.reminderMinutes * MINUTE,
    spacingMs: config.spacingMinutes * MINUTE,
    settleMs: SETTLE_MS,
    quiet: quietHours,
  }
  return { rules, senders }
}

/** A missing configuration is an alarm, not silence. */
export const tellReach = ({ senders, rules }: Reach, alarms: Alarms, hasModem: boolean): void => {
  const people = rules.targets.filter(({ channel }) => channel === 'sms').length
  const modem = hasModem ? { zh: '', en: '' } : { zh: '，本柜未接短信模块', en: ', the cabinet has no modem' }
  if (senders.size === 0)
    alarms.raise({
      id: 'notify-unconfigured',
      kind: 'notify-unconfigured',
      level: 'alarm',
      zh: `未设置报警通知${modem.zh}：出事时没有任何人会收到消息`,
      en: `no notification is set up${modem.en}: nobody is told of an alarm`,
    })
  else alarms.clear('notify-unconfigured')
  if (senders.size > 0 && people < ENOUGH_PEOPLE)
    alarms.raise({
      id: 'notify-few',
      kind: 'notify-few',
      level: 'warning',
      zh: `报警短信只通知 ${people} 人${modem.zh}，规范要求至少 ${ENOUGH_PEOPLE} 人`,
      en: `${people} people get text messages${modem.en}; the rule asks for at least ${ENOUGH_PEOPLE}`,
    })
  else alarms.clear('notify-few')
}
