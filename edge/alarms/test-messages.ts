import type { Target } from '#domain/alarms/planner.ts'
import { messageText } from '#domain/alarms/text.ts'
import { YaoguiError } from '#domain/error.ts'
import type { EdgeClock } from '../clock.ts'
import type { Journal } from '../journal/journal.ts'
import type { Notice, Outbox } from './outbox.ts'

/** The alarm that messages of a test are filed under. */
const TEST = 'test'

type Options = {
  readonly siteName: string
  readonly targets: readonly Target[]
  readonly journal: Journal
  readonly clock: EdgeClock
  readonly outbox: Outbox
}

/** A test message to everybody, whatever their step, and who asked for it in the journal. Errors: E_TEST_RUNNING, E_DISK_*. */
export const createTestMessages =
  ({ siteName, targets, journal, clock, outbox }: Options) =>
  (actor: string): readonly Notice[] => {
    if (outbox.of(TEST).some(({ status }) => status === 'due' || status === 'sending'))
      throw new YaoguiError('E_TEST_RUNNING', {
        kind: 'transient',
        zh: '上一次测试的消息还在发送',
        en: 'messages of the last test are still on their way',
      })
    journal.append([{ kind: 'alarm.tested', data: { actor } }])
    const raisedAt = clock.now().toISOString()
    const unsaid = { kind: TEST, words: '', value: undefined, raisedAt: null, clearedAt: null }
    const text = messageText({ what: 'test', site: siteName, ...unsaid })
    return targets
      .filter(({ channel }) => channel !== 'centre')
      .map(({ channel, target }) =>
        outbox.add({
          ...{ alarm: TEST, level: 'warning', raisedAt, channel, target },
          ...{ what: 'test', step: 1, text, again: false },
        }),
      )
  }
