import { YaoguiError } from '#domain/error.ts'
import type { SmsModem } from '#hardware/ports.ts'
import type { NotifyConfig } from './notify-config.ts'
import type { Sender } from './senders.ts'

type Person = NotifyConfig['people'][number]

/** A name and the end of the number: enough for the record, too little to be a list of telephone numbers. */
export const labelOf = ({ name, phone }: Person): string => `${name} …${phone.slice(-4)}`

const gone = (): YaoguiError =>
  new YaoguiError('E_NOTIFY_GONE', { zh: '此人已不在通知名单', en: 'no longer among those to be told' })

/** Text messages. "Delivered" comes later, by a report of the network. */
export const smsSender = (sms: SmsModem, people: readonly Person[]): Sender => ({
  repeatable: false,
  send: async ({ target, text }) => {
    const person = people.find(one => labelOf(one) === target)
    if (!person) throw gone()
    const { references } = await sms.send({ to: person.phone, text })
    return { outcome: 'sent', refs: references }
  },
})
