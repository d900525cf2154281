import { describe, expect, it } from 'vitest'
import type { ModemState } from '#firmware-bridge/emulator/sms-modem.ts'
import { createModemFramer } from '#firmware-bridge/protocols/sms-modem/codec.ts'
import { partsIn, text } from '#test/lib/firmware-bridge-streams.ts'
import { MOBILE, modemOnALine } from '#test/lib/sms-modem.ts'

const ALARM = '3号冰箱超温：9.2 ℃，请立即查看'
const LONG = `${ALARM}。`.repeat(6)
const sentences = (typed: string): readonly string[] =>
  typed.replaceAll('\x1b', '').replaceAll('\x1a', '\r').split('\r').filter(Boolean)

describe('a GSM modem', () => {
  it('is set up once, and a message goes out with a report asked for', async () => {
    const { modem, reports, send, typed } = modemOnALine()
    expect(await send('冰箱超温')).toEqual([0])
    expect(modem.messages()).toEqual([{ to: MOBILE, text: '冰箱超温' }])
    expect(reports).toEqual([{ reference: 0, delivered: true, discharged: new Date('2026-03-01T02:00:00Z') }])
    await send('已恢复')
    expect(sentences(typed())).toEqual([
      'AT',
      'ATE0',
      'AT+CMEE=1',
      'AT+CPIN?',
      'AT+CMGF=0',
      'AT+CSMS=0',
      'AT+CNMI=2,1,0,1,0',
      'AT+CSCA?',
      'AT+CREG?',
      'AT+CMGF=0',
      'AT+CMGS=23',
      '0031000D91683108108300F00008A70851B07BB18D856E29',
      'AT+CPIN?',
      'AT+CSCA?',
      'AT+CREG?',
      'AT+CMGF=0',
      'AT+CMGS=21',
      '0031000D91683108108300F00008A7065DF26062590D',
    ])
  })

  it('takes a long text in parts, which join to the text, and reports of each', async () => {
    const { modem, reports, send } = modemOnALine({ state: { reportAfterMs: 40_000 } })
    expect(await send(LONG)).toEqual([0, 1])
    expect(modem.sent.map(({ concatenation }) => concatenation)).toEqual([
      { reference: 7, total: 2, part: 1 },
      { reference: 7, total: 2, part: 2 },
    ])
    expect(modem.messages()).toEqual([{ to: MOBILE, text: LONG }])
    expect(reports).toEqual([])
  })

  it('tells nothing of a report before the references are told, though it comes before them', async () => {
    const { modem, device, ended } = modemOnALine()
    const order: string[] = []
    device.onReport(({ reference }) => order.push(`report ${reference}`))
    await ended(
      device.send({ to: MOBILE, text: LONG }).then(({ references }) => order.push(`sent ${references}`)),
    )
    await ended(device.health())
    expect(order).toEqual(['sent 0,1', 'report 0', 'report 1'])
    expect(modem.sent).toHaveLength(2)
  })

  it('is asked for its health', async () => {
    const { device, ended, modem } = modemOnALine({ state: { signal: 31 } })
    expect(await ended(device.health())).toEqual({ registered: true, signal: -51, simReady: true })
    Object.assign(modem.state, { signal: 99, registered: false })
    expect(await ended(device.health())).toEqual({ registered: false, simReady: true })
    modem.state.sim = 'absent'
    expect(await ended(device.health())).toEqual({ registered: false, simReady: false })
  })

  it.each(['bytes', 'glued'] as const)(
    'may speak in %s chunks, slowly, and chatter meanwhile',
    async chunks => {
      const { modem, manners, clock, send } = modemOnALine({ state: { networkMs: 8_000 } })
      Object.assign(manners, { chunks, slowMs: 300 })
      const lines = ['+CMTI: "SM",3', '+CREG: 1', '+CREG: 2,"1A2B","C3D4"', 'RING', '^RSSI: 18', '+CMT: ,30']
      const chatter = (at: number): void => {
        modem.say(lines[at % lines.length] ?? '')
        clock.after(1_000, () => chatter(at + 1))
      }
      chatter(0)
      expect(await send(LONG)).toEqual([0, 1])
      expect(modem.messages()).toEqual([{ to: MOBILE, text: LONG }])
    },
  )

  it('may hang on an adapter that repeats what is sent', async () => {
    const { modem, send } = modemOnALine({ echo: true })
    expect(await send(ALARM)).toEqual([0])
    expect(modem.messages()).toEqual([{ to: MOBILE, text: ALARM }])
  })
})

describe('a message', () => {
  it.each([
    ['no number', 'x', 'abc', { code: 'E_SMS_NUMBER', kind: 'permanent' }],
    ['no text', '', MOBILE, { code: 'E_SMS_TEXT', kind: 'permanent' }],
  ])('with %s is refused before anything is typed', async (_, words, to, error) => {
    const { send, typed } = modemOnALine()
    expect(await send(words, to)).toEqual(error)
    expect(typed()).toBe('')
  })

  it.each<[Partial<ModemState>, object]>([
    [{ sim: 'absent' }, { code: 'E_SIM_ABSENT', kind: 'permanent' }],
    [{ sim: 'puk' }, { code: 'E_SIM_PUK', kind: 'permanent' }],
    [{ sim: 'pin' }, { code: 'E_SIM_PIN', kind: 'permanent' }],
    [{ centre: '' }, { code: 'E_SMS_NO_CENTRE', kind: 'permanent' }],
    [{ registered: false }, { code: 'E_SMS_NO_NETWORK', kind: 'transient' }],
    [{ refuse: [42] }, { code: 'E_SMS_REFUSED', kind: 'transient' }],
    [{ refuse: [1] }, { code: 'E_SMS_REFUSED', kind: 'permanent' }],
    [{ refuse: [777] }, { code: 'E_SMS_REFUSED', kind: 'transient' }],
    [{ refuse: [314] }, { code: 'E_SIM_NOT_READY', kind: 'transient' }],
    [{ refuse: [332] }, { code: 'E_SMS_UNCERTAIN', kind: 'ambiguous' }],
    [{ refuse: [500] }, { code: 'E_SMS_UNCERTAIN', kind: 'ambiguous' }],
  ])('meets %j and ends as %j', async (state, error) => {
    const { modem, send } = modemOnALine({ state })
    expect(await send(ALARM)).toEqual(error)
    expect(modem.sent).toEqual([])
  })

  it('is ambiguous once a part is out and another is refused, and no part goes out twice', async () => {
    const { modem, send, clock } = modemOnALine({ state: { refuse: [0, 42] } })
    expect(await send(LONG)).toEqual({ code: 'E_SMS_PARTIAL', kind: 'ambiguous' })
    await clock.pass(600_000)
    expect(modem.sent).toHaveLength(1)
  })

  it('is ambiguous once a part is out and the line is gone', async () => {
    const { modem, send, near } = modemOnALine()
    near.onData(() => void (modem.sent.length === 1 && near.close()))
    expect(await send(LONG)).toEqual({ code: 'E_SMS_PARTIAL', kind: 'ambiguous' })
    expect(modem.sent).toHaveLength(1)
  })

  it('that the modem answers nothing to is not known to be out: ambiguous, and never sent again by itself', async () => {
    const { modem, device, send, clock } = modemOnALine({ state: { lose: 'result' } })
    expect(await send(ALARM)).toEqual({ code: 'E_SMS_UNCERTAIN', kind: 'ambiguous' })
    await clock.pass(600_000)
    expect(modem.sent).toHaveLength(1)
    expect(await send('再次')).toEqual([1])
    expect(device.stats().late).toBe(0)
  })

  it('whose result comes when nobody waits any more is counted late and not taken for another’s', async () => {
    const { modem, device, send, clock } = modemOnALine({ state: { networkMs: 150_000 } })
    expect(await send(ALARM)).toEqual({ code: 'E_SMS_UNCERTAIN', kind: 'ambiguous' })
    await clock.pass(60_000)
    expect(device.stats().late).toBe(2)
    modem.state.networkMs = 0
    expect(await send('再次')).toEqual([1])
  })

  it('that got no prompt is given up with ESC; nothing is out, and the next one goes', async () => {
    const { modem, send, typed } = modemOnALine({ state: { lose: 'prompt' } })
    expect(await send(ALARM)).toEqual({ code: 'E_NO_ANSWER', kind: 'transient' })
    expect(typed().endsWith('\x1b')).toBe(true)
    expect(modem.sent).toEqual([])
    expect(await send(ALARM)).toEqual([0])
    expect(modem.messages()).toEqual([{ to: MOBILE, text: ALARM }])
  })

  it('goes out after an answer that came too late, which is not taken for the next one’s', async () => {
    const { modem, manners, device, send, ended } = modemOnALine()
    await ended(device.health())
    manners.slowMs = 2_050
    await expect(ended(device.health())).rejects.toMatchObject({ code: 'E_NO_ANSWER' })
    manners.slowMs = 100
    expect(await send(ALARM)).toEqual([0])
    expect(modem.messages()).toEqual([{ to: MOBILE, text: ALARM }])
    expect(device.stats().late).toBeGreaterThan(0)
  })

  it('to a deaf modem is not sent, then or later', async () => {
    const { modem, manners, send } = modemOnALine()
    manners.deaf = true
    expect(await send(ALARM)).toEqual({ code: 'E_NO_ANSWER', kind: 'transient' })
    manners.deaf = false
    expect(await send('再次')).toEqual([0])
    expect(modem.messages()).toEqual([{ to: MOBILE, text: '再次' }])
  })

  it('whose line breaks while the network has it is ambiguous at once', async () => {
    const { modem, clock, send, line } = modemOnALine({ state: { networkMs: 100_000 } })
    clock.after(20_000, () => line(false))
    const before = clock.now()
    expect(await send(ALARM)).toEqual({ code: 'E_SMS_UNCERTAIN', kind: 'ambiguous' })
    expect(clock.now() - before).toBeLessThan(25_000)
    await clock.pass(100_000)
    expect(modem.sent).toHaveLength(1)
  })
})

describe('a modem that starts anew', () => {
  it.each([true, false])(
    'while nobody asks is set up again, whether it says so (%s) or not',
    async saysReady => {
      const { modem, send, reports, clock } = modemOnALine({ state: { saysReady } })
      expect(await send('一')).toEqual([0])
      modem.restart()
      expect(await send('二')).toEqual([1])
      await clock.pass(1_000)
      expect(reports.map(({ reference }) => reference)).toEqual([0, 1])
      expect(modem.messages()).toEqual([
        { to: MOBILE, text: '一' },
        { to: MOBILE, text: '二' },
      ])
    },
  )

  it('and says so is ready for reports before anybody asks', async () => {
    const { modem, send, clock, typed } = modemOnALine()
    await send('一')
    const before = typed().length
    modem.restart()
    await clock.pass(10_000)
    expect(sentences(typed().slice(before))).toContain('AT+CNMI=2,1,0,1,0')
  })

  it('when its line comes up, before anybody asks', async () => {
    const { line, clock, typed } = modemOnALine()
    line(true)
    await clock.pass(10_000)
    expect(sentences(typed())).toContain('AT+CNMI=2,1,0,1,0')
  })

  it.each([
    ['command', true],
    ['command', false],
    ['prompt', true],
    ['prompt', false],
  ] as const)(
    'at the %s (announced: %s) gets no PDU, which it would send as a text to nobody',
    async (restartAt, saysReady) => {
      const { modem, send } = modemOnALine({ state: { restartAt, saysReady } })
      expect(await send(ALARM)).toMatchObject({ kind: 'transient' })
      expect(modem.sent).toEqual([])
      expect(await send(ALARM)).toEqual([0])
      expect(modem.messages()).toEqual([{ to: MOBILE, text: ALARM }])
    },
  )

  it('between two commands gets no PDU either', async () => {
    const { modem, send, typed, near, clock } = modemOnALine()
    await send('一')
    const before = typed().length
    const stop = near.onData(() => {
      if (!typed().slice(before).endsWith('AT+CMGF=0\r')) return
      stop()
      clock.after(5, modem.restart)
    })
    expect(await send(ALARM)).toEqual({ code: 'E_MODEM_RESTARTED', kind: 'transient' })
    expect(modem.messages()).toEqual([{ to: MOBILE, text: '一' }])
    expect(await send(ALARM)).toEqual([1])
  })

  it('with the message in hand leaves it ambiguous at once', async () => {
    const { modem, clock, send } = modemOnALine({ state: { restartAt: 'body' } })
    const before = clock.now()
    expect(await send(ALARM)).toEqual({ code: 'E_SMS_UNCERTAIN', kind: 'ambiguous' })
    expect(clock.now() - before).toBeLessThan(5_000)
    expect(modem.sent).toHaveLength(1)
  })
})

describe('the PIN of a card', () => {
  it('is entered when the card wants it', async () => {
    const { modem, send } = modemOnALine({ state: { sim: 'pin' }, pin: '1234' })
    expect(await send(ALARM)).toEqual([0])
    modem.restart()
    expect(await send(ALARM)).toEqual([1])
  })

  it('that is wrong is tried once, however often the program starts again', async () => {
    const first = modemOnALine({ state: { sim: 'pin' }, pin: '9999' })
    const { modem } = first
    const wrong = { code: 'E_SIM_PIN', kind: 'permanent' }
    for (let times = 0; times < 3; times++) expect(await first.send(ALARM)).toEqual(wrong)
    for (let starts = 0; starts < 3; starts++)
      expect(await modemOnALine({ modem, pin: '9999' }).send(ALARM)).toEqual(wrong)
    expect(modem.state.triesLeft).toBe(2)
    // Not even the right one: a person unlocks the card in a telephone, which also sets the tries back.
    expect(await modemOnALine({ modem, pin: '1234' }).send(ALARM)).toEqual(wrong)
    modem.state.triesLeft = 3
    expect(await modemOnALine({ modem, pin: '1234' }).send(ALARM)).toEqual([0])
  })

  it('is not entered where the modem cannot tell how many tries are left', async () => {
    const { modem, send, typed } = modemOnALine({ state: { sim: 'pin', tellsTries: false }, pin: '1234' })
    expect(await send(ALARM)).toEqual({ code: 'E_SIM_PIN', kind: 'permanent' })
    expect(typed()).not.toContain('AT+CPIN="')
    expect(modem.state.triesLeft).toBe(3)
  })
})

describe('a delivery report', () => {
  it('says that a message was not delivered', async () => {
    const { send, reports, clock } = modemOnALine({ state: { report: 'failed' } })
    await send(ALARM)
    await clock.pass(1_000)
    expect(reports).toMatchObject([{ reference: 0, delivered: false }])
  })

  it.each([
    ['of another reference', '0006010D91683108108300F0621030012000006210300120000000'],
    ['of another number', '0006000D91683108108300F1621030012000006210300120000000'],
    ['that the network still tries', '0006000D91683108108300F0621030012000006210300120000030'],
    ['of another length than announced', '0006000D91683108108300F06210300120000062103001200000'],
    ['that is no hex', 'hello'],
  ])('%s is dropped', async (_, pdu) => {
    const { modem, send, reports, clock } = modemOnALine({ state: { report: 'none' } })
    await send(ALARM)
    modem.say('+CDS: 26')
    modem.say(pdu)
    await clock.pass(1_000)
    expect(reports).toEqual([])
    modem.say('+CDS: 26')
    modem.say('0006000D91683108108300F0621030012000006210300120000000')
    await clock.pass(1_000)
    expect(reports).toMatchObject([{ reference: 0, delivered: true }])
  })
})

describe('a line of a modem', () => {
  it('that is too long is garbled as a whole: its tail is never given', () => {
    for (let length = 500; length < 520; length++) {
      const { frames } = partsIn(createModemFramer, [text(`${'x'.repeat(length)}\r\nOK\r\n`)])
      expect(frames.filter(({ is }) => is !== 'blank')).toEqual([
        length < 511 ? { is: 'line', text: 'x'.repeat(length) } : { is: 'garbled', bytes: 511 },
        { is: 'line', text: 'OK' },
      ])
    }
  })
})
