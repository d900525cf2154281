import { codeOf } from '#domain/error.ts'
import { MINUTE } from '#domain/time.ts'
import type { SmsModem } from '#hardware/ports.ts'
import type { Alarms } from './alarms.ts'

export const SMS_CHECK_MS = MINUTE

/** A modem needs some seconds to find its network, as after a power failure; a message that fails is told at once. */
const MISSES = 2

/** These speak of one message, not of the modem. */
const NOT_ITS_FAULT = [
  'E_SMS_NUMBER',
  'E_SMS_TEXT',
  'E_SMS_REFUSED',
  'E_SMS_PARTIAL',
  'E_SMS_UNCERTAIN',
  'E_NOTIFY_GONE',
]

const ID = 'sms-down'

const WHY: Readonly<Record<string, { readonly zh: string; readonly en: string }>> = {
  E_SMS_NO_NETWORK: { zh: '模块未注册到网络', en: 'the modem is not registered at a network' },
  E_SIM_NOT_READY: { zh: 'SIM 卡未就绪', en: 'the SIM card is not ready' },
}

/** Whether text messages can go out at all: asked each minute, and learnt from every one that is sent. */
export const createSmsWatch = (sms: SmsModem, alarms: Alarms) => {
  const raise = (code: string): void => {
    const { zh, en } = WHY[code] ?? { zh: '短信模块无应答或不可用', en: 'the modem does not answer' }
    alarms.raise({
      id: ID,
      kind: 'sms-down',
      level: 'alarm',
      zh: `${zh}，报警短信发不出去（${code}）`,
      en: `${en}: text messages do not go out (${code})`,
    })
  }
  let misses = 0
  const missed = (code: string): void => {
    misses += 1
    if (misses >= MISSES) raise(code)
  }
  const well = (): void => {
    misses = 0
    alarms.clear(ID)
  }
  return {
    worked: well,
    failed: (error: unknown): void => {
      const code = codeOf(error)
      if (!NOT_ITS_FAULT.includes(code)) raise(code)
    },
    check: async (): Promise<void> => {
      try {
        const { registered, simReady } = await sms.health()
        if (!simReady) missed('E_SIM_NOT_READY')
        else if (!registered) missed('E_SMS_NO_NETWORK')
        else well()
      } catch (error) {
        missed(codeOf(error))
      }
    },
  }
}
