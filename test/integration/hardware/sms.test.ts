import { afterEach, describe, expect, it } from 'vitest'
import { goodManners, serveTcp } from '#firmware-bridge/emulator/far-end.ts'
import { emulatedModem, type ModemState } from '#firmware-bridge/emulator/sms-modem.ts'
import { openHardware } from '#hardware/drivers/open.ts'
import { checkPlan } from '#hardware/plan-check.ts'
import type { SmsReport } from '#hardware/ports.ts'
import { until } from '#test/lib/hardware-wait.ts'

const MOBILE = '+8613800138000'
const ALARM = '3号冰箱超温：9.2 ℃，请立即查看'
const NOW = new Date('2026-03-01T02:00:00Z')

const closings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close()
})

const openModem = async (state: Partial<ModemState> = {}, pin?: string) => {
  const modem = emulatedModem({ state })
  const manners = goodManners()
  const served = await serveTcp({ createFarEnd: modem.createFarEnd, manners })
  closings.push(served.close)
  const checked = checkPlan({
    version: 1,
    lines: [{ id: 'gsm', type: 'tcp', host: '127.0.0.1', port: served.port }],
    drawers: [],
    thermometers: [],
    smsModem: { line: 'gsm', ...(pin === undefined ? {} : { pin }) },
  })
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems))
  const log = { info: () => {}, warn: () => {} }
  const hardware = await openHardware(checked.plan, { clock: () => NOW, log })
  closings.push(hardware.close)
  const { sms } = hardware
  if (sms === undefined) throw new Error('no modem')
  const reports: SmsReport[] = []
  sms.onReport(report => reports.push(report))
  const lineOf = () => hardware.lineStats()[0]
  return { modem, manners, served, sms, reports, lineOf }
}

describe('the modem of a cabinet plan', () => {
  it.each(['whole', 'bytes', 'glued'] as const)(
    'sends a long alarm and reports it delivered, in %s chunks',
    async chunks => {
      const { modem, manners, sms, reports } = await openModem({ reportAfterMs: 20 })
      manners.chunks = chunks
      const long = `${ALARM}。`.repeat(6)
      expect(await sms.send({ to: MOBILE, text: long })).toEqual({ references: [0, 1] })
      expect(modem.messages()).toEqual([{ to: MOBILE, text: long }])
      await until('both reports', () => reports.length === 2)
      expect(reports).toEqual([
        { reference: 0, delivered: true, at: NOW },
        { reference: 1, delivered: true, at: NOW },
      ])
      expect(await sms.health()).toEqual({ registered: true, signal: -73, simReady: true })
    },
  )

  it('enters the PIN of the plan', async () => {
    const { modem, sms } = await openModem({ sim: 'pin' }, '1234')
    await sms.send({ to: MOBILE, text: ALARM })
    expect(modem.messages()).toEqual([{ to: MOBILE, text: ALARM }])
  })

  it('that is unplugged is set up by itself when it is back', async () => {
    const { modem, served, sms, lineOf } = await openModem()
    await sms.send({ to: MOBILE, text: '一' })
    await served.unplug()
    await until('the line is down', () => lineOf()?.up === false)
    await expect(sms.send({ to: MOBILE, text: '二' })).rejects.toMatchObject({
      code: 'E_LINE_DOWN',
      kind: 'transient',
    })
    modem.restart()
    await served.plug()
    await until('the line is up', () => lineOf()?.up === true)
    await sms.send({ to: MOBILE, text: '三' })
    expect(modem.messages().map(({ text }) => text)).toEqual(['一', '三'])
    expect(lineOf()).toMatchObject({ reopenings: 1 })
  })

  it('that is unplugged with a message in hand leaves it ambiguous, and it is never sent again', async () => {
    const { modem, served, sms, lineOf } = await openModem({ lose: 'result' })
    const sending = sms.send({ to: MOBILE, text: ALARM })
    const failure = expect(sending).rejects.toMatchObject({ code: 'E_SMS_UNCERTAIN', kind: 'ambiguous' })
    await until('the network has it', () => modem.sent.length === 1)
    await served.unplug()
    await failure
    await served.plug()
    await until('the line is up', () => lineOf()?.up === true)
    await sms.send({ to: MOBILE, text: '再次' })
    expect(modem.messages().map(({ text }) => text)).toEqual([ALARM, '再次'])
  })
})
