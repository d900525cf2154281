/** What happens to an emulated modem from outside; write to the fields at run time. */
export type ModemState = {
  sim: 'ready' | 'absent' | 'pin' | 'puk'
  pin: string
  /** PINs that the card still takes. */
  triesLeft: number
  /** Whether it knows AT+CPINR. */
  tellsTries: boolean
  registered: boolean
  /** As AT+CSQ says it: 0 … 31, 99 unknown. */
  signal: number
  /** Empty: the card knows none. */
  centre: string
  /** Numbers of `+CMS ERROR` for the next messages, in order; 0 takes one. */
  refuse: number[]
  /** How long the network takes for a message; the modem hears nothing meanwhile. */
  networkMs: number
  report: 'delivered' | 'failed' | 'none'
  reportAfterMs: number
  /** Once: the prompt, or the result of a message that the network has taken, is not said. */
  lose: 'nothing' | 'prompt' | 'result'
  /** Once: it restarts just before it hears AT+CMGS, instead of prompting, or right after the network has taken the message. */
  restartAt: 'never' | 'command' | 'prompt' | 'body'
  /** A restart is announced by RDY. */
  saysReady: boolean
}

/** What a modem forgets when it restarts. */
export type ModemMemory = {
  echo: boolean
  textMode: boolean
  reports: boolean
  /** The card wants its PIN, or its PUK. */
  locked: boolean
  /** It has prompted for a PDU of so many octets. */
  waitingFor: number | undefined
  /** A message is on its way to the network. */
  busy: boolean
}

export const started = ({ sim }: ModemState): ModemMemory => ({
  echo: true,
  textMode: true,
  reports: false,
  locked: sim === 'pin' || sim === 'puk',
  waitingFor: undefined,
  busy: false,
})

const OK = ['OK']
const error = (number: number): readonly string[] => [`+CME ERROR: ${number}`]

const simAnswer = (state: ModemState, memory: ModemMemory): readonly string[] => {
  if (state.sim === 'absent') return error(10)
  if (!memory.locked) return ['+CPIN: READY', ...OK]
  return [`+CPIN: SIM ${state.sim === 'puk' ? 'PUK' : 'PIN'}`, ...OK]
}

const enterPin = (pin: string, state: ModemState, memory: ModemMemory): readonly string[] => {
  if (!memory.locked || state.sim !== 'pin') return error(3)
  if (pin === state.pin) {
    memory.locked = false
    state.triesLeft = 3
    return OK
  }
  state.triesLeft -= 1
  if (state.triesLeft === 0) state.sim = 'puk'
  return error(16)
}

type Obey = (value: string, state: ModemState, memory: ModemMemory) => readonly string[] | 'prompt'

const COMMANDS: readonly (readonly [shape: RegExp, obey: Obey])[] = [
  [/^AT()$/, () => OK],
  [
    /^ATE([01])$/,
    (on, _, memory) => {
      memory.echo = on === '1'
      return OK
    },
  ],
  [/^AT\+CMEE=(\d)$/, () => OK],
  [/^AT\+CPIN(\?)$/, (_, state, memory) => simAnswer(state, memory)],
  [/^AT\+CPIN="(\d+)"$/, enterPin],
  [
    /^AT\+CPINR="(SIM PIN)"$/,
    (_, { tellsTries, triesLeft }) => (tellsTries ? [`+CPINR: SIM PIN,${triesLeft},3`, ...OK] : error(4)),
  ],
  [
    /^AT\+CMGF=([01])$/,
    (mode, _, memory) => {
      memory.textMode = mode === '1'
      return OK
    },
  ],
  [/^AT\+CSMS=(0)$/, () => ['+CSMS: 1,1,1', ...OK]],
  [
    /^AT\+CNMI=\d,\d,\d,(\d),\d$/,
    (reports, _, memory) => {
      memory.reports = reports === '1'
      return OK
    },
  ],
  [/^AT\+CSCA(\?)$/, (_, { centre }) => [`+CSCA: "${centre}",145`, ...OK]],
  [/^AT\+CREG(\?)$/, (_, { registered }) => [`+CREG: 0,${registered ? 1 : 2}`, ...OK]],
  [/^AT\+CEREG(\?)$/, (_, { registered }) => [`+CEREG: 0,${registered ? 1 : 2}`, ...OK]],
  [/^AT\+CSQ()$/, (_, { signal }) => [`+CSQ: ${signal},0`, ...OK]],
  [
    /^AT\+CMGS=(\d{1,3})$/,
    (length, _, memory) => {
      memory.waitingFor = Number(length)
      return 'prompt'
    },
  ],
]

/** The lines of the answer, or the prompt; changes the memory. */
export const answerCommand = (
  text: string,
  state: ModemState,
  memory: ModemMemory,
): readonly string[] | 'prompt' => {
  for (const [shape, obey] of COMMANDS) {
    const [, value] = shape.exec(text) ?? []
    if (value !== undefined) return obey(value, state, memory)
  }
  return ['ERROR']
}
