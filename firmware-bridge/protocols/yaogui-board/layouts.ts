/*
 * The types of frames and their fields in the order of the wire (docs/firmware-protocol.md, "Frames"). All numbers stand
 * high byte first; b8 and b16 are so many bytes as they are.
 */

/** Bytes that a field takes. */
export const WIDTHS = { u8: 1, u16: 2, u32: 4, i32: 4, b8: 8, b16: 16 } as const
export type Width = keyof typeof WIDTHS

const OUTCOME = { boot: 'u32', id: 'u32', lock: 'u8', outcome: 'u8', ms: 'u16' } as const
const SAMPLE = {
  boot: 'u32',
  kind: 'u8',
  channel: 'u8',
  number: 'u32',
  ageMs: 'u16',
  quality: 'u8',
  value: 'i32',
  raw: 'i32',
} as const

export const LAYOUTS = {
  hello: { type: 0x01, fields: { min: 'u8', max: 'u8' } },
  state: { type: 0x02, fields: {} },
  /** `until`: after this uptime of the board (ms) the order is void. */
  unlock: { type: 0x03, fields: { boot: 'u32', id: 'u32', until: 'u32', lock: 'u8', pulseMs: 'u16' } },
  settle: { type: 0x04, fields: { boot: 'u32', id: 'u32' } },
  read: { type: 0x05, fields: { kind: 'u8', channel: 'u8' } },
  subscribe: { type: 0x06, fields: { periodMs: 'u16' } },
  /** `hundredths` of a gram lie on the pan; 0 for a zero. */
  calibrate: { type: 0x07, fields: { channel: 'u8', what: 'u8', hundredths: 'i32' } },
  test: { type: 0x08, fields: {} },

  greeting: {
    type: 0x81,
    fields: {
      min: 'u8',
      max: 'u8',
      boot: 'u32',
      cause: 'u8',
      flags: 'u8',
      locks: 'u8',
      scales: 'u8',
      thermometers: 'u8',
      major: 'u8',
      minor: 'u8',
      patch: 'u8',
      serial: 'b8',
    },
  },
  /** `contacts` and `settling`: bit 0 is lock 1. `changes`: a counter for each lock. */
  status: {
    type: 0x82,
    fields: {
      boot: 'u32',
      uptime: 'u32',
      lastId: 'u32',
      coil: 'u8',
      faults: 'u16',
      coilFaults: 'u16',
      contacts: 'u16',
      settling: 'u16',
      changes: 'b16',
    },
  },
  unlocked: { type: 0x83, fields: OUTCOME },
  settled: { type: 0x84, fields: OUTCOME },
  sample: { type: 0x85, fields: SAMPLE },
  subscribed: { type: 0x86, fields: { boot: 'u32', periodMs: 'u16' } },
  calibrated: { type: 0x87, fields: SAMPLE },
  tested: { type: 0x88, fields: { boot: 'u32', faults: 'u16', coilFaults: 'u16' } },
  refused: { type: 0xbf, fields: { type: 'u8', reason: 'u8' } },
  /** `seq` counts all that this board has pushed, whatever the channel. */
  pushed: { type: 0xc5, fields: SAMPLE },
} as const satisfies Readonly<
  Record<string, { readonly type: number; readonly fields: Readonly<Record<string, Width>> }>
>

/** The board's own cap; no frame for more can be built, and the board refuses it. */
export const MAX_PULSE_MS = 1_000
export const MIN_PULSE_MS = 20

/** What a master may ask, where that is less than the field could hold. */
export const LIMITS: Readonly<Record<string, readonly [from: number, to: number]>> = {
  'unlock.boot': [1, 0xffff_ffff],
  'unlock.id': [1, 0xffff_ffff],
  'unlock.lock': [1, 16],
  'unlock.pulseMs': [MIN_PULSE_MS, MAX_PULSE_MS],
  'settle.boot': [1, 0xffff_ffff],
  'settle.id': [1, 0xffff_ffff],
  'read.kind': [1, 2],
  'read.channel': [1, 16],
  'subscribe.periodMs': [0, 60_000],
  'calibrate.channel': [1, 16],
  'calibrate.what': [0, 1],
}

/** What became of an unlock. All from 16 to 127 are refusals: the coil was not energised for this id and never will be. */
export const OUTCOMES = {
  /** Not heard of, and from now on refused. */
  never: 0,
  pulsing: 1,
  done: 2,
  /** The coil was let go before its time. */
  cut: 3,
  /** Too long ago to be remembered. */
  forgotten: 4,
  noLock: 16,
  badPulse: 17,
  busy: 18,
  resting: 19,
  wrongBoot: 20,
  staleId: 21,
  coilFault: 22,
  lowSupply: 23,
  late: 24,
} as const

export const isRefusal = (outcome: number): boolean => outcome >= 16 && outcome <= 127

export const KINDS = { weight: 1, temperature: 2 } as const
export type Kind = keyof typeof KINDS

/** What a sample is worth; `value` counts only with `good` and `moving`. */
export const QUALITIES = {
  good: 0,
  moving: 1,
  noAnswer: 2,
  badCrc: 3,
  powerOn: 4,
  over: 5,
  under: 6,
  uncalibrated: 7,
  unreadable: 8,
} as const

/** Why a board does not carry out a frame that came through whole. */
export const REASONS = {
  type: 1,
  length: 2,
  channel: 3,
  sharedLine: 4,
  notAtRest: 5,
  value: 6,
  busy: 7,
} as const

/** Bits of `faults`. */
export const FAULTS = { lowSupply: 1, watchdog: 2, storage: 4, coil: 8, sensor: 16 } as const

/** Bit of `flags`: the board has the line to itself and may speak unasked. */
export const OWN_LINE = 1

export const CALIBRATE = { zero: 0, span: 1 } as const
