import { type LineClock, systemLineClock } from '../link/clock.ts'
import {
  buildLine,
  buildPrompt,
  createHostFramer,
  type HostSaid,
  hexOf,
} from '../protocols/sms-modem/codec.ts'
import { readPdu } from '../protocols/sms-modem/pdu.ts'
import { buildStatusReport } from '../protocols/sms-modem/submit.ts'
import type { FarEnd, Speak } from './far-end.ts'
import { answerCommand, type ModemMemory, type ModemState, started } from './sms-modem-commands.ts'

export type { ModemState } from './sms-modem-commands.ts'

/** What the network took, one for each part. */
export type SentPart = {
  readonly reference: number
  readonly to: string
  readonly text: string
  readonly concatenation?: { readonly reference: number; readonly total: number; readonly part: number }
}

export type EmulatedModem = {
  readonly createFarEnd: (speak: Speak) => FarEnd
  /** Write to its fields at run time. */
  readonly state: ModemState
  readonly sent: readonly SentPart[]
  /** Whole messages, their parts joined. */
  readonly messages: () => readonly { readonly to: string; readonly text: string }[]
  /** As after a loss of power: settings gone, echo on, text mode. */
  readonly restart: () => void
  /** A line that nobody asked for, like `+CMTI: "SM",3`. */
  readonly say: (line: string) => void
}

export type EmulatedModemOptions = {
  readonly state?: Partial<ModemState>
  readonly clock?: LineClock
  readonly now?: () => Date
}

const goodState = (): ModemState => ({
  sim: 'ready',
  pin: '1234',
  triesLeft: 3,
  tellsTries: true,
  registered: true,
  signal: 20,
  centre: '+8613800100500',
  refuse: [],
  networkMs: 0,
  report: 'delivered',
  reportAfterMs: 0,
  lose: 'nothing',
  restartAt: 'never',
  saysReady: true,
})

const joined = (parts: readonly SentPart[]): { readonly to: string; readonly text: string }[] => {
  const groups = Map.groupBy(parts, ({ to, concatenation, reference }) =>
    concatenation ? `${to} ${concatenation.reference} of ${concatenation.total}` : `${to} alone ${reference}`,
  )
  return [...groups.values()].flatMap(group => {
    const total = group[0]?.concatenation?.total ?? 1
    const inOrder = group.toSorted((a, b) => (a.concatenation?.part ?? 1) - (b.concatenation?.part ?? 1))
    const [first] = inOrder
    return first && group.length === total
      ? [{ to: first.to, text: inOrder.map(({ text }) => text).join('') }]
      : []
  })
}

type Network = { readonly state: ModemState; readonly sent: SentPart[]; readonly lastReference: () => number }

/** The number of a `+CMS ERROR`, or the part that the network would take. */
const judged = (network: Network, memory: ModemMemory, body: string): number | SentPart => {
  const { state } = network
  const reference = (network.lastReference() + 1) & 0xff
  if (state.sim === 'absent') return 310
  if (memory.locked) return state.sim === 'puk' ? 316 : 311
  if (!state.registered) return 331
  const refused = state.refuse.shift()
  if (refused) return refused
  // In text mode the length was a telephone number, and the PDU is a text.
  if (memory.textMode) return { reference, to: String(memory.waitingFor), text: body }
  const octets = Uint8Array.from(Buffer.from(body, 'hex'))
  const pdu = octets.length === 1 + (octets[0] ?? 0) + (memory.waitingFor ?? 0) ? readPdu(octets) : undefined
  if (pdu?.is !== 'submit') return 304
  const { to, text, concatenation } = pdu
  return { reference, to, text, ...(concatenation ? { concatenation } : {}) }
}

const RESTARTED = ['RDY', '+CFUN: 1', '+CPIN: READY']

/** One modem, which outlives its connections. It takes PDUs, tells its store, reports, and has troubles of its own. */
export const emulatedModem = (options: EmulatedModemOptions = {}): EmulatedModem => {
  const { clock = systemLineClock, now = () => new Date() } = options
  const state: ModemState = { ...goodState(), ...options.state }
  const sent: SentPart[] = []
  let memory: ModemMemory = started(state)
  let speak: Speak = () => {}
  const say = (line: string): void => speak(buildLine(line))
  const restart = (): void => {
    memory = started(state)
    state.restartAt = 'never'
    if (state.saysReady) RESTARTED.forEach(say)
  }

  const report = ({ reference, to }: SentPart): void => {
    if (state.report === 'none' || !memory.reports) return
    const status = state.report === 'delivered' ? 0x00 : 0x41
    const pdu = buildStatusReport({ reference, to, sent: now(), discharged: now(), status })
    say(`+CDS: ${pdu.length}`)
    say(hexOf(pdu.octets))
  }
  const take = (part: SentPart): void => {
    sent.push(part)
    clock.after(state.reportAfterMs, () => report(part))
    const { restartAt, lose } = state
    if (restartAt === 'body') restart()
    else if (lose === 'result') state.lose = 'nothing'
    else {
      say(`+CMGS: ${part.reference}`)
      say('OK')
    }
  }
  const hearBody = (body: string): void => {
    const result = judged({ state, sent, lastReference: () => sent.at(-1)?.reference ?? -1 }, memory, body)
    memory.waitingFor = undefined
    const { networkMs } = state
    const mine = memory
    const end = (): void => {
      mine.busy = false
      if (typeof result === 'number') say(`+CMS ERROR: ${result}`)
      else take(result)
    }
    mine.busy = networkMs > 0
    if (mine.busy) clock.after(networkMs, end)
    else end()
  }
  const hearCommand = (text: string): void => {
    const answers = answerCommand(text, state, memory)
    if (answers !== 'prompt') answers.forEach(say)
    else if (state.restartAt === 'prompt') restart()
    else if (state.lose === 'prompt') state.lose = 'nothing'
    else speak(buildPrompt())
  }
  const hear = ({ is, text }: HostSaid): void => {
    if (memory.busy || (is === 'command') === (memory.waitingFor !== undefined)) return
    if (state.restartAt === 'command' && text.startsWith('AT+CMGS=')) restart()
    if (memory.echo) speak(Uint8Array.from(Buffer.from(`${text}\r`, 'latin1')))
    if (is === 'command') hearCommand(text)
    else if (is === 'body') hearBody(text)
    else {
      memory.waitingFor = undefined
      say('OK')
    }
  }
  return {
    createFarEnd: speakHere => {
      const framer = createHostFramer()
      speak = speakHere
      return heard => {
        for (const part of framer.push(heard)) if (part.is === 'frame') hear(part.frame)
        return []
      }
    },
    state,
    sent,
    messages: () => joined(sent),
    restart,
    say,
  }
}
