/**
 * Mutated bytes through every parser of the wire. `npm run fuzz -- --count N` (bytes per parser, default 10,000,000).
 * A throw, more bytes held than the longest frame, or an accepted frame that does not stand in the stream ends it with 1.
 */
import { parseArgs } from 'node:util'
import type { Framer } from '#firmware-bridge/link/framing.ts'
import * as cu16 from '#firmware-bridge/protocols/kerong-cu16/codec.ts'
import * as cu48 from '#firmware-bridge/protocols/kerong-cu48/codec.ts'
import * as locks8a from '#firmware-bridge/protocols/locks-8a/codec.ts'
import * as modbus from '#firmware-bridge/protocols/modbus-scale/codec.ts'
import * as mtSics from '#firmware-bridge/protocols/mt-sics/codec.ts'
import * as scanner from '#firmware-bridge/protocols/scanner/codec.ts'
import { type Random, seededRandom } from '#hardware/simulated/random.ts'

const ROUND_BYTES = 4_096
const MAX_CHUNK = 300

type Below = (limit: number) => number

/** Pushes a chunk; gives how many frames came, how many of them stand nowhere in `seen`, and the parser's own time. */
type Push = (
  chunk: Uint8Array,
  seen: Buffer,
) => { readonly frames: number; readonly wrong: number; readonly ms: number }

type Subject = {
  readonly name: string
  readonly longest: number
  readonly frame: (below: Below) => Uint8Array
  readonly open: () => { readonly push: Push; readonly held: () => number }
}

const subject = <F>(
  parts: Omit<Subject, 'open'> & {
    readonly createFramer: () => Framer<F>
    readonly stands: (frame: F, seen: Buffer) => boolean
  },
): Subject => ({
  ...parts,
  open: () => {
    const framer = parts.createFramer()
    return {
      held: framer.held,
      push: (chunk, seen) => {
        const before = performance.now()
        const heard = framer.push(chunk)
        const ms = performance.now() - before
        const frames = heard.flatMap(part => (part.is === 'frame' ? [part.frame] : []))
        return { frames: frames.length, wrong: frames.filter(frame => !parts.stands(frame, seen)).length, ms }
      },
    }
  },
})

const bits = (below: Below, length: number): readonly boolean[] =>
  Array.from({ length }, () => below(2) === 1)
const latin = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'))

const stands = (seen: Buffer, frame: Uint8Array): boolean => seen.includes(Buffer.from(frame))

/** The third byte of a CU48's reply is free, so the frame is looked for with each. */
const standsCu48 = (frame: cu48.StatusReply, seen: Buffer): boolean => {
  const built = Buffer.from(cu48.buildStatusReply(frame))
  return Array.from({ length: 256 }, (_, free) => {
    const other = Buffer.from(built)
    other[2] = free
    other[11] = ((built[11] ?? 0) + free) & 0xff
    return other
  }).some(other => seen.includes(other))
}

const GRAMS: Readonly<Record<string, number>> = { mg: 0.001, g: 1, kg: 1_000 }

/** Reads the lines another way than the parser: some whole line must say this weight. */
const standsWeight = (frame: mtSics.Reply, seen: Buffer): boolean =>
  frame.is !== 'weight' ||
  seen
    .toString('latin1')
    .split('\n')
    .some(line => {
      const [of, state, value, unit = ''] = line.trimEnd().split(/\s+/)
      const grams = Number(value) * (GRAMS[unit] ?? Number.NaN)
      return of === frame.of && (state === 'S') === frame.stable && Math.abs(grams - frame.grams) < 1e-6
    })

const TRIGGER_REPLY = Buffer.from(scanner.buildTriggerReply()).toString('latin1')

const standsCodes = (scans: readonly scanner.Scan[], seen: Buffer): boolean => {
  const text = seen.toString('latin1').replaceAll(TRIGGER_REPLY, '')
  return scans.every(scan => scan.is === 'unreadable' || text.includes(scan.code))
}

const subject8a = (channels: locks8a.Channels): Subject =>
  subject({
    name: `locks-8a, ${channels}`,
    longest: 4 + channels / 8,
    createFramer: () => locks8a.createReplyFramer({ all: channels }),
    frame: below => locks8a.buildReply({ is: 'all', board: 1 + below(32), contacts: bits(below, channels) }),
    stands: (frame, seen) => stands(seen, locks8a.buildReply(frame)),
  })

const SUBJECTS: readonly Subject[] = [
  subject({
    name: 'kerong-cu48',
    longest: 12,
    createFramer: cu48.createReplyFramer,
    frame: below => cu48.buildStatusReply({ board: below(10), hookClosed: bits(below, 48) }),
    stands: standsCu48,
  }),
  subject({
    name: 'kerong-cu16',
    longest: 9,
    createFramer: cu16.createReplyFramer,
    frame: below =>
      cu16.buildStatusReply({
        board: below(16),
        hookClosed: bits(below, 16),
        infrared: bits(below, 16),
      }),
    stands: (frame, seen) => stands(seen, cu16.buildStatusReply(frame)),
  }),
  subject8a(16),
  subject8a(24),
  subject8a(32),
  subject({
    name: 'modbus-scale',
    longest: 255,
    createFramer: modbus.createResponseFramer,
    frame: below => {
      const words = Array.from({ length: 1 + below(5) }, () => below(0x10000))
      return modbus.buildResponse({ is: 'words', slave: 1 + below(247), words })
    },
    stands: (frame, seen) => stands(seen, modbus.buildResponse(frame)),
  }),
  subject({
    name: 'mt-sics',
    longest: 80,
    createFramer: mtSics.createReplyFramer,
    frame: below =>
      mtSics.buildReply({ is: 'weight', of: 'S', grams: below(300_000) / 100, stable: below(2) === 1 }),
    stands: standsWeight,
  }),
  subject({
    name: 'scanner',
    longest: 2_048,
    createFramer: scanner.createScanFramer,
    frame: below =>
      [
        latin(']d20106901234567892\x1d10A1\r\n'),
        latin('81234567890123456789\r'),
        scanner.buildTriggerReply(),
      ][below(3)] ?? latin('\n'),
    stands: standsCodes,
  }),
]

/** Noise, or a line stuck at one value for longer than any frame. */
const junk = (below: Below): Uint8Array =>
  below(10) === 0
    ? new Uint8Array(below(3_000)).fill(below(256))
    : Uint8Array.from({ length: 1 + below(20) }, () => below(256))

/** Frames and junk in a row, then some bytes changed. */
const mutated = (frame: Subject['frame'], below: Below): Buffer => {
  const pieces: Uint8Array[] = []
  for (let length = 0; length < ROUND_BYTES; length += pieces.at(-1)?.length ?? 0)
    pieces.push(below(20) === 0 ? junk(below) : frame(below))
  const bytes = Buffer.concat(pieces)
  for (let hit = below(bytes.length >> 3); hit > 0; hit--) bytes[below(bytes.length)] = below(256)
  return bytes
}

const fuzz = ({ frame, longest, open }: Subject, count: number, random: Random) => {
  const below: Below = limit => Math.floor(random() * limit)
  const { push, held } = open()
  const sum = { bytes: 0, frames: 0, wrong: 0, held: 0, ms: 0 }
  let tail = Buffer.alloc(0)
  while (sum.bytes < count) {
    const bytes = mutated(frame, below)
    const seen = Buffer.concat([tail, bytes])
    for (let at = 0; at < bytes.length; ) {
      const end = Math.min(bytes.length, at + 1 + below(MAX_CHUNK))
      // A frame may stand only in what has been pushed by now.
      const { frames, wrong, ms } = push(bytes.subarray(at, end), seen.subarray(0, tail.length + end))
      sum.ms += ms
      sum.frames += frames
      sum.wrong += wrong
      sum.held = Math.max(sum.held, held())
      at = end
    }
    sum.bytes += bytes.length
    tail = Buffer.from(seen.subarray(-longest))
  }
  return sum
}

const { values } = parseArgs({ options: { count: { type: 'string', default: '10000000' } } })
const count = Number(values.count)
if (!Number.isSafeInteger(count) || count < 1) throw new RangeError('--count takes a number of bytes')

for (const [seed, each] of SUBJECTS.entries()) {
  const { bytes, frames, wrong, held, ms } = fuzz(each, count, seededRandom(seed + 1))
  const speed = (bytes / 1e3 / ms).toFixed(2)
  console.log(
    `${each.name.padEnd(14)} ${bytes} bytes  ${frames} frames  ${speed} MB/s  ` +
      `peak held ${held} of ${each.longest} bytes  wrong ${wrong}`,
  )
  if (wrong > 0 || held >= each.longest) process.exitCode = 1
}
